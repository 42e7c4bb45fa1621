using System.Text.RegularExpressions;

namespace ClaudeBot.Tests.Architecture;

/// <summary>docs/ARCHITECTURE.md names the tests that hold each promise: they must be there.</summary>
public sealed partial class PromisesTests
{
    [Fact]
    public void Every_test_that_a_promise_rests_on_exists()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(RepositoryFolder.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        var section = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "ARCHITECTURE.md")).Split("## ").Single(part => part.StartsWith("Promises", StringComparison.Ordinal));

        var named = Named().Matches(section).Select(match => (Class: match.Groups["class"].Value, Method: match.Groups["method"].Value)).ToList();

        named.Count.ShouldBeGreaterThan(30);
        named.Where(test => !tests[test.Class].Any(source => Regex.IsMatch(source, @"\[(Fact|Theory)\b") && (test.Method.Length == 0 || source.Contains($" {test.Method}(", StringComparison.Ordinal))))
            .ShouldBeEmpty();
    }

    [GeneratedRegex(@"`(?<class>\w+(?:Tests|Conformance))(?:\.(?<method>\w+))?`")]
    private static partial Regex Named();
}
