using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.Architecture;

/// <summary>The docs name the tests that hold each promise, and that repeat each attack: they must be there.</summary>
public sealed partial class PromisesTests
{
    [Theory]
    [InlineData("ARCHITECTURE.md", "Promises", 30)]
    [InlineData("SECURITY.md", "Attacks", 10)]
    [InlineData("SECURITY.md", "Where trust changes", 30)]
    [InlineData("SECURITY.md", "The gauntlet", 15)]
    public void Every_test_that_the_docs_name_exists(string page, string heading, int atLeast)
    {
        var tests = Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var section = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", page)).Split("\n## ").Single(part => part.StartsWith(heading, StringComparison.Ordinal));

        var named = Named().Matches(section).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToList();

        named.Count.ShouldBeGreaterThan(atLeast);
        named.Where(test => !tests[test.Class].Any(source => Regex.IsMatch(source, @"\[(Fact|Theory)\b") && (test.Method.Length == 0 || source.Contains($" {test.Method}(", StringComparison.Ordinal))))
            .ShouldBeEmpty();
    }

    [GeneratedRegex(@"`(?<class>\w+(?:Tests|Conformance))(?:\.(?<method>\w+))?`")]
    private static partial Regex Named();
}
