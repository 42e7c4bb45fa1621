using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>
/// The words that close an issue once they reach the default branch:
/// https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
/// </summary>
internal static partial class ClosingWords
{
    public static IEnumerable<Issue> Issues(string? text, Repository repository) =>
        Closing().Matches(text ?? "")
            .Where(match => !match.Groups["repository"].Success || match.Groups["repository"].Value.Equals(repository.FullName, StringComparison.OrdinalIgnoreCase))
            .Select(match => repository.Issues.GetValueOrDefault(int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture)))
            .OfType<Issue>()
            .Where(issue => issue.Pull is null)
            .Distinct();

    [GeneratedRegex(@"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?<repository>[\w.-]+/[\w.-]+)?\#(?<number>\d{1,9})\b", RegexOptions.IgnoreCase)]
    private static partial Regex Closing();
}
