using ClaudeBot.Queue;

namespace ClaudeBot.Conversation;

/// <summary>What whoever asked for a task is told, where a mention is to reach them.</summary>
public static class NoticeText
{
    private const int LongestReason = 1_000;

    /// <summary>A short comment under the issue; the live comment says the rest.</summary>
    public static string OfEnd(QueuedTask task, TaskOutcome outcome) => outcome.State == TaskState.Succeeded
        ? $"@{task.RequestedBy}: done{(outcome.PullRequestUrl is { } pull ? $", in {pull}" : "")}."
        : $"@{task.RequestedBy}: {(outcome.State == TaskState.Dead ? "I gave up on this" : "I could not do this")}. {ForeignText.NeutraliseLine(outcome.Reason, LongestReason)}";

    /// <summary>One line of plain text for a chat.</summary>
    public static string Line(QueuedTask task, string what, string? pullRequestUrl) =>
        $"{task.Repository}#{task.IssueNumber} {what}: {ForeignText.NeutraliseLine(task.Title, 200)}{(pullRequestUrl is null ? "" : $" {pullRequestUrl}")} ({task.Id})";
}
