using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace ClaudeBot;

/// <summary>A repository on the GitHub server: <c>owner/name</c>. Compared without regard to case, as GitHub does.</summary>
public sealed partial record RepositoryName
{
    private RepositoryName(string owner, string name) => (Owner, Name) = (owner, name);

    public string Owner { get; }

    public string Name { get; }

    /// <summary>Parses <c>owner/name</c>.</summary>
    /// <exception cref="FormatException">The text is not of that form.</exception>
    public static RepositoryName Parse(string text) =>
        TryParse(text, out var repository) ? repository : throw new FormatException($"'{text}' is not a repository name of the form owner/name.");

    /// <summary>Parses <c>owner/name</c>; false when the text is not of that form (GitHub's own character set).</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RepositoryName? repository)
    {
        var match = Form().Match(text ?? "");
        repository = match.Success ? new RepositoryName(match.Groups[1].Value, match.Groups[2].Value) : null;
        return match.Success && repository!.Name is not ("." or "..");
    }

    public bool Equals(RepositoryName? other) =>
        other is not null && string.Equals(ToString(), other.ToString(), StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{Owner}/{Name}";

    [GeneratedRegex(@"\A([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))/([A-Za-z0-9._-]{1,100})\z")]
    private static partial Regex Form();
}
