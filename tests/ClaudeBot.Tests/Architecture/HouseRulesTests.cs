using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Architecture;

public sealed class HouseRulesTests
{
    private const int LongestFile = 400;
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string[] Nameless = ["Common", "Utils", "Util", "Helpers", "Models", "Services", "Managers", "Interfaces", "Shared", "Misc"];

    private static readonly string[] SourceFolders = ["src", "playground", "tests", "perf"];

    /// <summary>Classes that log under another's name; a line goes when its class is mended.</summary>
    private static readonly string[] LoggerDebts = ["ClaudeBot.Runs.ProgressFollower"];

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Sources().Where(file => File.ReadLines(file).Count() > LongestFile).ShouldBeEmpty();

    [Fact]
    public void No_folder_has_a_name_that_says_nothing() =>
        Sources().Select(file => Path.GetRelativePath(RepositoryFolder.Root, Path.GetDirectoryName(file)!)).Distinct()
            .Where(folder => folder.Split('/').Intersect(Nameless, StringComparer.OrdinalIgnoreCase).Any()).ShouldBeEmpty();

    [Fact]
    public void Classes_are_sealed_unless_one_derives_from_them()
    {
        var types = Types().Where(type => type.IsClass).ToArray();
        var bases = types.Select(type => type.BaseType).OfType<Type>().Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        types.Where(type => !type.IsAbstract && !type.IsSealed && !bases.Contains(type) && !type.IsSubclassOf(typeof(ComponentBase)) && type.Name is not ("Program" or "_Imports"))
            .Select(type => type.FullName).ShouldBeEmpty();
    }

    [Fact]
    public void A_class_logs_under_its_own_name()
    {
        var strays =
            from type in Types()
            from parameter in type.GetConstructors(Everything).SelectMany(constructor => constructor.GetParameters())
            where parameter.ParameterType.IsGenericType && parameter.ParameterType.GetGenericTypeDefinition() == typeof(ILogger<>)
            where parameter.ParameterType.GenericTypeArguments[0] != type
            select type.FullName;
        strays.ShouldBe(LoggerDebts);
    }

    [Fact]
    public void Only_Processes_starts_processes() =>
        Users("System.Diagnostics.Process::Start", "Processes").ShouldBeEmpty();

    [Fact]
    public void Only_Configuration_and_Hosting_read_the_environment() =>
        Users("System.Environment::GetEnvironmentVariable", "Configuration", "Hosting").ShouldBeEmpty();

    [Fact]
    public void Only_Commands_and_Hosting_use_the_console() =>
        Users("System.Console::", "Commands", "Hosting").ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_not_implemented() =>
        Users("System.NotImplementedException::").ShouldBeEmpty();

    [Fact]
    public void A_use_outside_its_room_would_be_seen()
    {
        Users("System.Diagnostics.Process::Start").ShouldNotBeEmpty();
        Users("System.Environment::GetEnvironmentVariable").ShouldNotBeEmpty();
        Users("System.Console::").ShouldNotBeEmpty();
        Users("System.InvalidOperationException::").ShouldNotBeEmpty();
    }

    private static IEnumerable<string> Users(string member, params string[] rooms) =>
        Rooms.References.Where(reference => reference.To.StartsWith(member, StringComparison.Ordinal) && !rooms.Contains(reference.FromRoom))
            .Select(reference => $"{reference.From} uses {reference.To}");

    private static IEnumerable<Type> Types() =>
        Rooms.Assemblies.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.IsDefined(typeof(CompilerGeneratedAttribute)) && !type.Name.Contains('<'));

    private static IEnumerable<string> Sources() => SourceFolders
        .Select(folder => Path.Combine(RepositoryFolder.Root, folder))
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => Path.GetExtension(file) is ".cs" or ".razor" && !file.Contains("/node_modules/"));
}
