using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>
/// Lets a task that waits follow the priority labels of its issue. Only people with the right to triage can change them,
/// so nobody is asked for more. The last word counts: an operator's order after the label stands.
/// </summary>
internal sealed class PriorityLabels(GitHubClient github, ITaskQueue queue)
{
    /// <summary>After a label was changed: gives the task its priority anew.</summary>
    /// <returns>The new priority; null when no task waits, or its priority is the same.</returns>
    /// <exception cref="GitHubException"/>
    public async Task<TaskPriority?> FollowAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        var task = (await queue.FindByIssueAsync(issue, cancellationToken)).FirstOrDefault(task => task.IsActive);
        if (task is not { Kind: TaskKind.Issue, State: TaskState.Waiting or TaskState.NeedsInput })
            return null;
        return await SetAsync(task, IssueRules.PriorityOf(await github.GetIssueAsync(issue, cancellationToken)), cancellationToken);
    }

    /// <summary>As the other, for an issue that a poll saw: a webhook may have been lost.</summary>
    /// <exception cref="GitHubException"/>
    public async Task CatchUpAsync(QueuedTask task, GitHubIssue issue, CancellationToken cancellationToken)
    {
        var priority = IssueRules.PriorityOf(issue);
        if (task is not { Kind: TaskKind.Issue, State: TaskState.Waiting or TaskState.NeedsInput } || priority == task.Priority || issue.UpdatedAt <= task.CreatedAt)
            return;

        var labelled = (await github.ListIssueEventsAsync(issue.Reference, cancellationToken))
            .LastOrDefault(happened => happened.Event is "labeled" or "unlabeled" && happened.Label?.StartsWith(IssueRules.PriorityPrefix, StringComparison.OrdinalIgnoreCase) == true);
        if (labelled?.CreatedAt > task.UpdatedAt)
            await SetAsync(task, priority, cancellationToken);
    }

    private async Task<TaskPriority?> SetAsync(QueuedTask task, TaskPriority priority, CancellationToken cancellationToken) =>
        priority != task.Priority && await queue.SetPriorityAsync(task.Id, priority, cancellationToken) ? priority : null;
}
