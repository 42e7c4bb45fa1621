using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Whether the work of a task is still wanted, by its issue as it is now.</summary>
internal sealed class Withdrawal(GitHubClient github, string botLabel)
{
    private const string Closed = "issue closed";

    /// <summary>Why it is not, as the reason of the cancellation; null while it is wanted.</summary>
    /// <exception cref="GitHubException">GitHub did not answer now; a missing issue is an answer.</exception>
    public async Task<string?> ReasonAsync(QueuedTask task, IssueReference issue, CancellationToken cancellationToken)
    {
        try
        {
            return await ReasonAsync(task, await github.GetIssueAsync(issue, cancellationToken), cancellationToken);
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound)
        {
            return "issue deleted";
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.Rejected)
        {
            // Of all reads only that of an issue that lives elsewhere now is answered so: 301 (REST, "Get an issue").
            return "issue transferred";
        }
    }

    /// <summary>As the other, of an issue that was read already.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<string?> ReasonAsync(QueuedTask task, GitHubIssue issue, CancellationToken cancellationToken) =>
        Reason(task, issue) is { } reason && !(reason == Closed && await IsDoneAsync(task, cancellationToken)) ? reason : null;

    /// <summary>Somebody merged the task's pull request while the run was still about its last words: that closed the issue, and the task is to say so.</summary>
    private async Task<bool> IsDoneAsync(QueuedTask task, CancellationToken cancellationToken) =>
        (await github.ListPullRequestsByHeadAsync(task.Repository, task.Branch, cancellationToken))
            .Any(pull => pull.IsMerged && pull.Body.StartsWith(BotComments.Marker(task.Id), StringComparison.Ordinal));

    /// <summary>
    /// A run under way goes on without the label: taking it off is no order to stop. What an operator asked for never
    /// needed it.
    /// </summary>
    private string? Reason(QueuedTask task, GitHubIssue issue) => task switch
    {
        { Kind: TaskKind.PrFeedback } => issue.IsOpen ? null : "pull request closed",
        _ when !issue.IsOpen => Closed,
        { Kind: TaskKind.Issue } when BotLabels.Skipped.FirstOrDefault(issue.HasLabel) is { } skipped => $"label {skipped}",
        { Kind: TaskKind.Issue, State: not TaskState.Running } when !issue.HasLabel(botLabel) => "label removed",
        _ => null,
    };
}
