#pragma warning disable CA1801, IDE0060
namespace ClaudeBot.GitHub;

/// <summary>
/// The calls that the bot makes to GitHub, as our own records; the only class that knows GitHub's REST wire.
/// Every method throws <see cref="GitHubException"/> when GitHub does not answer as hoped. Reads are conditional
/// (ETag); lists follow <c>Link</c> to the last page. Writes are never repeated here: the caller looks first.
/// </summary>
public sealed class GitHubClient
{
    /// <summary>The account behind the credential.</summary>
    public Task<GitHubUser> GetCurrentUserAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubRepository> GetRepositoryAsync(RepositoryName repository, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubIssue> GetIssueAsync(IssueReference issue, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Open issues with the label (pull requests left out), newest change first.</summary>
    public Task<ConditionalList<GitHubIssue>> ListOpenIssuesAsync(RepositoryName repository, string label, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>All events of an issue, oldest first.</summary>
    public Task<IReadOnlyList<GitHubIssueEvent>> ListIssueEventsAsync(IssueReference issue, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>All comments of an issue or pull request, oldest first.</summary>
    public Task<IReadOnlyList<GitHubComment>> ListCommentsAsync(IssueReference issue, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubComment> CreateCommentAsync(IssueReference issue, string body, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubComment> EditCommentAsync(RepositoryName repository, long commentId, string body, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task AddLabelsAsync(IssueReference issue, IReadOnlyList<string> labels, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Takes a label off; no error when it is not there.</summary>
    public Task RemoveLabelAsync(IssueReference issue, string label, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Replaces all labels of an issue in one call.</summary>
    public Task SetLabelsAsync(IssueReference issue, IReadOnlyList<string> labels, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes those of the labels that the repository lacks; gives the names of those made.</summary>
    public Task<IReadOnlyList<string>> EnsureLabelsAsync(RepositoryName repository, IReadOnlyList<LabelDefinition> labels, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// What the account may do in the repository, by API. GitHub looks up by login; when the account that answers has
    /// another numeric id than <paramref name="user"/>, the login changed hands and the answer is None.
    /// </summary>
    public Task<RepositoryPermission> GetPermissionAsync(RepositoryName repository, GitHubUser user, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A file's text on the default branch, or null when there is none.</summary>
    public Task<string?> GetFileAsync(RepositoryName repository, string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The commit a branch points at, or null when there is no such branch.</summary>
    public Task<string?> GetBranchHeadAsync(RepositoryName repository, string branch, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Pull requests, open or not, whose head is the branch in the same repository; newest first.</summary>
    public Task<IReadOnlyList<GitHubPullRequest>> ListPullRequestsByHeadAsync(RepositoryName repository, string headBranch, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubPullRequest> GetPullRequestAsync(IssueReference pullRequest, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<GitHubPullRequest> CreatePullRequestAsync(RepositoryName repository, NewPullRequest pullRequest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Replaces title and body of a pull request.</summary>
    public Task<GitHubPullRequest> EditPullRequestAsync(IssueReference pullRequest, string title, string body, CancellationToken cancellationToken) => throw new NotImplementedException();
}
