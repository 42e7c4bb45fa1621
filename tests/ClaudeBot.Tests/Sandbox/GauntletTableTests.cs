using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>docs/SECURITY.md says, attempt by attempt, which probe or test makes it: each must be there. The tests it names are looked for by PromisesTests.</summary>
public sealed partial class GauntletTableTests
{
    private static IReadOnlyList<string[]> Rows { get; } =
    [
        .. File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "SECURITY.md"))
            .Split("\n## ").Single(part => part.StartsWith("The gauntlet", StringComparison.Ordinal))
            .Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
            .Select(line => line.Trim('|', ' ').Split(" | ", 3)),
    ];

    [Fact]
    public void Every_attempt_is_made_by_a_probe_or_a_test()
    {
        Rows.Count.ShouldBeGreaterThanOrEqualTo(25);
        Rows.Where(row => !string.Concat(row[1..]).Contains('"') && !string.Concat(row[1..]).Contains('`')).ShouldBeEmpty();
    }

    [Fact]
    public void Every_probe_that_is_named_exists() =>
        Rows.SelectMany(row => Named().Matches(row[1]).Select(match => match.Groups["probe"].Value))
            .Where(probe => !Probes.Potent.ContainsKey(probe) && !Probes.Others.ContainsKey(probe))
            .ShouldBeEmpty();

    [GeneratedRegex("\"(?<probe>[^\"]+)\"")]
    private static partial Regex Named();
}
