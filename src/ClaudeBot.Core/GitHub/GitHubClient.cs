using System.Diagnostics.Metrics;
using System.Text;
using ClaudeBot.GitHub.Wire;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.GitHub;

/// <summary>
/// The calls that the bot makes to GitHub, as our own records; the only class that knows GitHub's REST wire.
/// Every method throws <see cref="GitHubException"/> when GitHub does not answer as hoped. Reads are conditional
/// (ETag); lists follow <c>Link</c> to the last page. Writes are never repeated here: the caller looks first.
/// </summary>
public sealed partial class GitHubClient : IDisposable
{
    private readonly GitHubConnection _connection;
    private readonly GitHubCredential _credential;

    public GitHubClient(GitHubOptions options, IPenaltyStore penalties, TimeProvider time, ILogger<GitHubClient> logger)
        : this(options, penalties, time, logger, new TransportHandler(options.RequestTimeout, time))
    {
    }

    /// <param name="transport">Takes the place of the network; owned from now on.</param>
    internal GitHubClient(GitHubOptions options, IPenaltyStore penalties, TimeProvider time, ILogger<GitHubClient> logger, HttpMessageHandler transport) =>
        (_connection, _credential) = (new GitHubConnection(options, penalties, time, logger, transport), options.Credential);

    /// <summary>What is left of GitHub's limits.</summary>
    public GitHubBudget Budget => _connection.Budget;

    /// <summary>Calls and limits, for monitoring.</summary>
    public Meter Metrics => _connection.Metrics;

    /// <summary>The account behind the credential.</summary>
    public async Task<GitHubUser> GetCurrentUserAsync(CancellationToken cancellationToken) =>
        (await _connection.GetAsync<Octokit.User>(IsApp ? $"users/{Uri.EscapeDataString(await App.LoginAsync(cancellationToken))}" : "user", cancellationToken)).ToUser();

    public async Task<GitHubRepository> GetRepositoryAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<Octokit.Repository>(Path(repository), cancellationToken)).ToRepository();

    public async Task<GitHubIssue> GetIssueAsync(IssueReference issue, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<IssueAnswer>(Path(issue), cancellationToken)).ToIssue(issue.Repository);

    /// <summary>Open issues with the label (pull requests left out), newest change first.</summary>
    public async Task<ConditionalList<GitHubIssue>> ListOpenIssuesAsync(RepositoryName repository, string label, CancellationToken cancellationToken)
    {
        var path = $"{Path(repository)}/issues?labels={Uri.EscapeDataString(label)}&state=open&sort=updated&direction=desc&per_page=100";
        var found = await _connection.ListAsync<Octokit.Issue>(path, cancellationToken);
        return new ConditionalList<GitHubIssue>(
            [.. found.Items.Select(issue => issue.ToIssue(repository)).Where(issue => !issue.IsPullRequest)],
            found.Changed);
    }

    /// <summary>All events of an issue, oldest first.</summary>
    public async Task<IReadOnlyList<GitHubIssueEvent>> ListIssueEventsAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<Octokit.IssueEvent>($"{Path(issue)}/events?per_page=100", cancellationToken);
        return [.. found.Items.Select(happened => happened.ToIssueEvent()).OrderBy(happened => happened.CreatedAt).ThenBy(happened => happened.Id)];
    }

    /// <summary>All comments of an issue or pull request, oldest first.</summary>
    public async Task<IReadOnlyList<GitHubComment>> ListCommentsAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        var found = await _connection.ListAsync<Octokit.IssueComment>($"{Path(issue)}/comments?per_page=100", cancellationToken);
        return [.. found.Items.Select(comment => comment.ToComment()).OrderBy(comment => comment.CreatedAt).ThenBy(comment => comment.Id)];
    }

    public async Task<GitHubComment> CreateCommentAsync(IssueReference issue, string body, CancellationToken cancellationToken) =>
        (await _connection.PostAsync<Octokit.IssueComment>($"{Path(issue)}/comments", new Fields { ["body"] = body }, cancellationToken)).ToComment();

    public async Task<GitHubComment> EditCommentAsync(RepositoryName repository, long commentId, string body, CancellationToken cancellationToken) =>
        (await _connection.PatchAsync<Octokit.IssueComment>($"{Path(repository)}/issues/comments/{commentId}", new Fields { ["body"] = body }, cancellationToken)).ToComment();

    public Task AddLabelsAsync(IssueReference issue, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        _connection.PostAsync<List<Octokit.Label>>($"{Path(issue)}/labels", new Fields { ["labels"] = labels }, cancellationToken);

    /// <summary>Takes a label off; no error when it is not there.</summary>
    public async Task RemoveLabelAsync(IssueReference issue, string label, CancellationToken cancellationToken)
    {
        try
        {
            await _connection.DeleteAsync($"{Path(issue)}/labels/{Uri.EscapeDataString(label)}", cancellationToken);
        }
        catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.NotFound)
        {
        }
    }

    /// <summary>Replaces all labels of an issue in one call.</summary>
    public Task SetLabelsAsync(IssueReference issue, IReadOnlyList<string> labels, CancellationToken cancellationToken) =>
        _connection.PutAsync<List<Octokit.Label>>($"{Path(issue)}/labels", new Fields { ["labels"] = labels }, cancellationToken);

    /// <summary>Those of the labels that the repository lacks.</summary>
    public async Task<IReadOnlyList<LabelDefinition>> MissingLabelsAsync(RepositoryName repository, IReadOnlyList<LabelDefinition> labels, CancellationToken cancellationToken)
    {
        var present = await _connection.ListAsync<Octokit.Label>($"{Path(repository)}/labels?per_page=100", cancellationToken);
        var names = present.Items.Select(label => label.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. labels.Where(label => names.Add(label.Name))];
    }

    /// <summary>Makes those of the labels that the repository lacks; gives the names of those made.</summary>
    public async Task<IReadOnlyList<string>> EnsureLabelsAsync(RepositoryName repository, IReadOnlyList<LabelDefinition> labels, CancellationToken cancellationToken)
    {
        var made = new List<string>();
        foreach (var label in await MissingLabelsAsync(repository, labels, cancellationToken))
        {
            var fields = new Fields { ["name"] = label.Name, ["color"] = label.Color, ["description"] = label.Description };
            try
            {
                await _connection.PostAsync<Octokit.Label>($"{Path(repository)}/labels", fields, cancellationToken);
                made.Add(label.Name);
            }
            catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.Rejected && fault.Message.Contains("already_exists", StringComparison.Ordinal))
            {
                // Somebody else made it since the list was read.
            }
        }

        return made;
    }

    /// <summary>
    /// What the account may do in the repository, by API. GitHub looks up by login; when the account that answers has
    /// another numeric id than <paramref name="user"/>, the login changed hands and the answer is None.
    /// </summary>
    public async Task<RepositoryPermission> GetPermissionAsync(RepositoryName repository, GitHubUser user, CancellationToken cancellationToken)
    {
        var found = await _connection.FindAsync<PermissionAnswer>(
            $"{Path(repository)}/collaborators/{Uri.EscapeDataString(user.Login)}/permission",
            cancellationToken);
        return found?.User?.Id == user.Id
            ? OctokitRecords.ToPermission(found.Permission, found.RoleName)
            : RepositoryPermission.None;
    }

    /// <summary>A file's text on the default branch, or null when there is none.</summary>
    public async Task<string?> GetFileAsync(RepositoryName repository, string path, CancellationToken cancellationToken)
    {
        var file = await _connection.FindAsync<Octokit.RepositoryContent>($"{Path(repository)}/contents/{Segments(path)}", cancellationToken);
        if (file is null)
            return null;
        if (file.Type.StringValue != "file" || file.Encoding != "base64")
            throw new GitHubException(GitHubFaultKind.Rejected, $"{repository}: {path} is not a file of text under 1 MB.", null, null);
        return Encoding.UTF8.GetString(Convert.FromBase64String(file.EncodedContent));
    }

    /// <summary>The commit a branch points at, or null when there is no such branch.</summary>
    public async Task<string?> GetBranchHeadAsync(RepositoryName repository, string branch, CancellationToken cancellationToken) =>
        (await _connection.FindAsync<Octokit.Reference>($"{Path(repository)}/git/ref/heads/{Segments(branch)}", cancellationToken))?.Object.Sha;

    /// <summary>Pull requests, open or not, whose head is the branch in the same repository; newest first.</summary>
    public async Task<IReadOnlyList<GitHubPullRequest>> ListPullRequestsByHeadAsync(RepositoryName repository, string headBranch, CancellationToken cancellationToken)
    {
        var head = Uri.EscapeDataString($"{repository.Owner}:{headBranch}");
        var found = await _connection.ListAsync<Octokit.PullRequest>(
            $"{Path(repository)}/pulls?head={head}&state=all&sort=created&direction=desc&per_page=100",
            cancellationToken);

        // GitHub ignores a filter that it does not understand and then lists everything.
        return [.. found.Items.Select(pull => pull.ToPullRequest(repository)).Where(pull => pull.HeadBranch == headBranch)];
    }

    public async Task<GitHubPullRequest> GetPullRequestAsync(IssueReference pullRequest, CancellationToken cancellationToken) =>
        (await _connection.GetAsync<Octokit.PullRequest>(PullPath(pullRequest), cancellationToken)).ToPullRequest(pullRequest.Repository);

    public async Task<GitHubPullRequest> CreatePullRequestAsync(RepositoryName repository, NewPullRequest pullRequest, CancellationToken cancellationToken)
    {
        var fields = new Fields
        {
            ["title"] = pullRequest.Title,
            ["body"] = pullRequest.Body,
            ["head"] = pullRequest.HeadBranch,
            ["base"] = pullRequest.BaseBranch,
            ["draft"] = pullRequest.Draft,
        };
        return (await _connection.PostAsync<Octokit.PullRequest>($"{Path(repository)}/pulls", fields, cancellationToken)).ToPullRequest(repository);
    }

    /// <summary>Replaces title and body of a pull request.</summary>
    public async Task<GitHubPullRequest> EditPullRequestAsync(IssueReference pullRequest, string title, string body, CancellationToken cancellationToken)
    {
        var fields = new Fields { ["title"] = title, ["body"] = body };
        return (await _connection.PatchAsync<Octokit.PullRequest>(PullPath(pullRequest), fields, cancellationToken)).ToPullRequest(pullRequest.Repository);
    }

    /// <summary>Takes a pull request out of draft, which only the GraphQL API can.</summary>
    public async Task MarkReadyForReviewAsync(GitHubPullRequest pullRequest, CancellationToken cancellationToken)
    {
        const string mutation = "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }";
        var fields = new Fields { ["query"] = mutation, ["variables"] = new Fields { ["id"] = pullRequest.NodeId } };
        var answer = await _connection.PostGraphQlAsync<GraphQlAnswer>(pullRequest.Reference.Repository, fields, cancellationToken);
        answer.ThrowIfFailed("POST /graphql markPullRequestReadyForReview");
    }

    public void Dispose() => _connection.Dispose();

    private static string Path(RepositoryName repository) => $"repos/{repository.Owner}/{repository.Name}";

    private static string Path(IssueReference issue) => $"{Path(issue.Repository)}/issues/{issue.Number}";

    private static string PullPath(IssueReference pullRequest) => $"{Path(pullRequest.Repository)}/pulls/{pullRequest.Number}";

    private static string Segments(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    /// <summary>A request's body.</summary>
    private sealed class Fields : Dictionary<string, object>;

    /// <summary>The answer about a permission: Octokit's own type leaves out whose it is.</summary>
    private sealed class PermissionAnswer
    {
        public string? Permission { get; set; }
        public string? RoleName { get; set; }
        public Octokit.User? User { get; set; }
    }
}
