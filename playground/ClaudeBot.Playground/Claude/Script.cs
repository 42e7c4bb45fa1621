using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ClaudeBot.Playground.Claude;

/// <summary>
/// What the stand-in answers, read from YAML. A scenario is chosen by the newest prompt of the conversation; the number of
/// answers given since that prompt says which of its turns comes next. Nothing is remembered between requests, so a
/// restart or a resumed session goes on where it was.
/// </summary>
public sealed record Script
{
    /// <summary>Names to regular expressions: the first group (or the match) in the prompts becomes <c>{{name}}</c>.</summary>
    public Dictionary<string, string> Captures { get; init; } = [];

    public List<Scenario> Scenarios { get; init; } = [];

    /// <summary>Reads and joins the files, in order.</summary>
    /// <exception cref="ScriptException">A file cannot be read, is not a script, or uses a placeholder nobody fills.</exception>
    public static Script Load(IEnumerable<string> files)
    {
        var scripts = files.Select(Read).ToList();
        var captures = new Dictionary<string, string>(Placeholders.DefaultCaptures);
        foreach (var (name, pattern) in scripts.SelectMany(script => script.Captures))
            captures[name] = pattern;
        var joined = new Script { Captures = captures, Scenarios = [.. scripts.SelectMany(script => script.Scenarios)] };
        joined.Check();
        return joined;
    }

    private static Script Read(string file)
    {
        try
        {
            return new DeserializerBuilder()
                .WithNamingConvention(UnderscoredNamingConvention.Instance)
                .WithEnumNamingConvention(UnderscoredNamingConvention.Instance)
                .WithAttemptingUnquotedStringTypeDeserialization()
                .Build()
                .Deserialize<Script?>(File.ReadAllText(file)) ?? new Script();
        }
        catch (Exception fault) when (fault is YamlException or IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"{file}: {fault.GetBaseException().Message}", fault);
        }
    }

    private void Check()
    {
        foreach (var pattern in Captures.Values.Concat(Scenarios.SelectMany(scenario => scenario.When.Patterns)))
            if (!IsPattern(pattern))
                throw new ScriptException($"'{pattern}' is not a regular expression.");
        foreach (var scenario in Scenarios)
        {
            if (scenario.Name.Length == 0 || scenario.Turns.Count == 0)
                throw new ScriptException($"Scenario '{scenario.Name}' needs a name and at least one turn.");
            foreach (var unknown in Placeholders.NamesIn(scenario).Except([.. Captures.Keys, .. Placeholders.BuiltIn]))
                throw new ScriptException($"Scenario '{scenario.Name}' uses {{{{{unknown}}}}}, which nothing fills.");
        }
    }

    private static bool IsPattern(string pattern)
    {
        try
        {
            return new Regex(pattern) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <param name="message">The file and its fault, in words for the person who wrote the script.</param>
public sealed class ScriptException(string message, Exception? cause = null) : Exception(message, cause);
