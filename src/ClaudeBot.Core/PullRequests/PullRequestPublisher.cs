using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Workspaces;

namespace ClaudeBot.PullRequests;

/// <summary>Opens, updates and reads back the pull request of a branch. GitHub allows one open pull request for each head and base.</summary>
public sealed class PullRequestPublisher(GitHubClient gitHub, WorkspaceStore workspaces, OutgoingText outgoing, PullRequestMetrics metrics)
{
    /// <summary>
    /// The pull request that speaks for the report already: one that was opened for its task, whatever became of it,
    /// else an open one on its branch; null when there is none.
    /// </summary>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubPullRequest?> FindAsync(ChangeReport report, CancellationToken cancellationToken)
    {
        var all = await gitHub.ListPullRequestsByHeadAsync(report.Repository, report.Branch, cancellationToken);
        return all.FirstOrDefault(pull => pull.IsOpen && pull.BaseBranch == report.BaseBranch)
            ?? all.FirstOrDefault(pull => IsOf(pull, report.TaskId));
    }

    /// <summary>Opens the pull request; the caller has looked before.</summary>
    /// <exception cref="GitHubException">Rejected when there is one already, or nothing to merge.</exception>
    public async Task<GitHubPullRequest> OpenAsync(ChangeReport report, CancellationToken cancellationToken)
    {
        var pull = await gitHub.CreatePullRequestAsync(
            report.Repository,
            new NewPullRequest(Title(report), Body(report), report.Branch, report.BaseBranch, report.DraftReason is not null),
            cancellationToken);
        metrics.Created(report.Repository);
        return pull;
    }

    /// <summary>Brings title and body of an open pull request up to date; none that is so already is touched.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<GitHubPullRequest> UpdateAsync(GitHubPullRequest pull, ChangeReport report, CancellationToken cancellationToken)
    {
        var title = Title(report);
        var body = Body(report);
        return !pull.IsOpen || (pull.Title == title && OutgoingText.Same(pull.Body, body))
            ? pull
            : await gitHub.EditPullRequestAsync(pull.Reference, title, body, cancellationToken);
    }

    /// <summary>Takes a draft out of draft.</summary>
    /// <exception cref="GitHubException"/>
    public Task MarkReadyAsync(GitHubPullRequest pull, CancellationToken cancellationToken) => gitHub.MarkReadyForReviewAsync(pull, cancellationToken);

    /// <exception cref="GitHubException"/>
    public async Task<bool> IsDraftAsync(IssueReference pull, CancellationToken cancellationToken) =>
        (await gitHub.GetPullRequestAsync(pull, cancellationToken)).IsDraft;

    /// <summary>
    /// Reads the pull request from GitHub. Null when all is as it should be: open (or merged already) with the report's
    /// commit as its head, or beneath what others pushed since; else what is wrong, in one sentence.
    /// </summary>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException">What others pushed could not be fetched.</exception>
    public async Task<(GitHubPullRequest Pull, string? Fault)> ReadBackAsync(IssueReference reference, ChangeReport report, CancellationToken cancellationToken)
    {
        var pull = await gitHub.GetPullRequestAsync(reference, cancellationToken);
        if (pull is { IsOpen: false, IsMerged: false })
            return (pull, "the pull request was closed");
        if (pull.HeadSha == report.HeadSha || pull.IsMerged)
            return (pull, null);

        // GitHub moves a pull request's head a moment after the branch; the branch itself is the truth.
        var head = await gitHub.GetBranchHeadAsync(report.Repository, report.Branch, cancellationToken);
        return head == report.HeadSha || (head is not null && await workspaces.IsOnBranchAsync(report.Repository, report.Branch, report.HeadSha, cancellationToken))
            ? (pull with { HeadSha = head }, null)
            : (pull, $"the branch {report.Branch} points at {head ?? "nothing"} on GitHub, not at the bot's commit {report.HeadSha}");
    }

    private static bool IsOf(GitHubPullRequest pull, TaskId task) =>
        pull.Body.StartsWith(BotComments.Marker(task), StringComparison.Ordinal);

    private string Title(ChangeReport report) => outgoing.Title(ChangeText.Title(report.IssueNumber, report.Title, report.CommitType));

    private string Body(ChangeReport report) => outgoing.Body(PullRequestText.Body(report));
}
