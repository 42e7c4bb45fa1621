using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>The rules that need nothing but the issue itself, in the order in which they are told.</summary>
internal static class IssueRules
{
    /// <summary>How the labels begin that say how soon.</summary>
    public const string PriorityPrefix = "priority:";

    public static IEnumerable<RuleFact> Of(GitHubIssue issue, string botLabel)
    {
        yield return issue.IsPullRequest
            ? new RuleFact(false, $"{issue.Reference} is a pull request; only issues are worked on by label.")
            : new RuleFact(true, $"{issue.Reference} is an issue.");
        yield return issue.IsOpen
            ? new RuleFact(true, "It is open.")
            : new RuleFact(false, "It is closed; reopen it to have it worked on.");
        yield return issue.HasLabel(botLabel)
            ? new RuleFact(true, $"It carries the label {botLabel}.")
            : new RuleFact(false, $"It does not carry the label {botLabel}; put the label on to have it worked on.");
        yield return BotLabels.Skipped.FirstOrDefault(issue.HasLabel) is { } skipped
            ? new RuleFact(false, $"It carries the label {skipped}, and such issues are never worked on.")
            : new RuleFact(true, $"It carries none of the labels {string.Join(", ", BotLabels.Skipped)}.");
        yield return issue.HasLabel(BotLabels.Completed) || issue.HasLabel(BotLabels.Failed)
            ? new RuleFact(false, $"It carries the label {(issue.HasLabel(BotLabels.Failed) ? BotLabels.Failed : BotLabels.Completed)}: it was worked on already; remove that label to run again.")
            : new RuleFact(true, "It carries no label of a finished run.");
        if (issue.OpenBlockers > 0)
            yield return new RuleFact(true, $"It is blocked by other issues ({issue.OpenBlockers} open): its task waits until they are closed.");
        if (issue.OpenSubIssues > 0)
            yield return new RuleFact(true, $"It has sub-issues ({issue.OpenSubIssues} open): its task waits until they are closed.");
    }

    /// <summary>The highest of its <c>priority:</c> labels; medium without one.</summary>
    public static TaskPriority PriorityOf(GitHubIssue issue)
    {
        var named = Enum.GetValues<TaskPriority>().Where(priority => issue.HasLabel(PriorityPrefix + priority)).ToArray();
        return named.Length == 0 ? TaskPriority.Medium : named.Max();
    }
}
