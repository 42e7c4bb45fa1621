using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Whether the work of a task is still wanted, by its issue as it is now.</summary>
internal sealed class Withdrawal(GitHubClient github, string botLabel)
{
    /// <summary>Why it is not, as the reason of the cancellation; null while it is wanted.</summary>
    /// <exception cref="GitHubException">GitHub did not answer now; a missing issue is an answer.</exception>
    public async Task<string?> ReasonAsync(QueuedTask task, IssueReference issue, CancellationToken cancellationToken)
    {
        try
        {
            return Reason(task, await github.GetIssueAsync(issue, cancellationToken));
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

    /// <summary>
    /// A run under way goes on without the label: taking it off is no order to stop. What an operator asked for never
    /// needed it.
    /// </summary>
    public string? Reason(QueuedTask task, GitHubIssue issue) => task switch
    {
        { Kind: TaskKind.PrFeedback } => null,
        _ when !issue.IsOpen => "issue closed",
        { Kind: TaskKind.Issue, State: not TaskState.Running } when !issue.HasLabel(botLabel) => "label removed",
        _ => null,
    };
}
