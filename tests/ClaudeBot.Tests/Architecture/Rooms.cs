using System.Text.RegularExpressions;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using ClaudeBot.Gateway;

namespace ClaudeBot.Tests.Architecture;

/// <summary>One reference from a type to a type or member, with the rooms of both; <c>""</c> is the root vocabulary, null is foreign.</summary>
internal sealed record Reference(string FromRoom, string From, string? ToRoom, string To);

/// <summary>What the two compiled assemblies of the product refer to, bodies of methods, lambdas and iterators included.</summary>
internal static partial class Rooms
{
    public static System.Reflection.Assembly[] Assemblies { get; } = [typeof(TaskId).Assembly, typeof(GatewayHost).Assembly];

    private static readonly Lazy<IReadOnlyList<Reference>> All = new(Load);

    public static IReadOnlyList<Reference> References => All.Value;

    /// <summary>The room of a full type name: its folder under the root, where only the ledger's databases and the doctor are rooms of their own.</summary>
    public static string? Of(string fullName)
    {
        if (!fullName.StartsWith("ClaudeBot.", StringComparison.Ordinal))
            return null;
        var match = Room().Match(fullName);
        return match.Success ? match.Groups[1].Value : "";
    }

    private static IReadOnlyList<Reference> Load()
    {
        var architecture = new ArchLoader().LoadAssemblies(Assemblies).Build();
        return [.. architecture.Types
            .Where(type => Of(type.FullName) is not null)
            .SelectMany(type => type.Dependencies.Select(d => d.Target.FullName)
                .Concat(type.GetCalledMethods().Select(m => $"{m.DeclaringType.FullName}::{m.Name}"))
                .Distinct()
                .Select(to => new Reference(Of(type.FullName)!, type.FullName, Of(to), to)))];
    }

    [GeneratedRegex(@"\AClaudeBot\.(Ledger\.(?:Sqlite|Postgres)|Operations\.Doctor|[A-Za-z]+)\.")]
    private static partial Regex Room();
}
