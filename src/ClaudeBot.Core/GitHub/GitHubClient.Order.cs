namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>
    /// The issues that an issue is blocked by, open or closed. On a server without issue dependencies there are none.
    /// https://docs.github.com/en/rest/issues/issue-dependencies
    /// </summary>
    public async Task<IReadOnlyList<GitHubIssue>> ListBlockersAsync(IssueReference issue, CancellationToken cancellationToken)
    {
        try
        {
            var found = await _connection.ListAsync<IssueAnswer>($"{Path(issue)}/dependencies/blocked_by?per_page={PageSize}", cancellationToken);
            return [.. found.Items.Select(blocker => blocker.ToIssue(issue.Repository))];
        }
        catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.NotFound)
        {
            return [];
        }
    }

    /// <summary>GitHub's answer about an issue: Octokit's own type leaves out what it waits for.</summary>
    private sealed class IssueAnswer
    {
        public int Number { get; set; }
        public string? Title { get; set; }
        public string? Body { get; set; }
        public string? State { get; set; }
        public string? RepositoryUrl { get; set; }
        public string? ParentIssueUrl { get; set; }
        public string HtmlUrl { get; set; } = "";
        public int Comments { get; set; }
        public DateTimeOffset CreatedAt { get; set; }
        public DateTimeOffset? UpdatedAt { get; set; }
        public Octokit.User? User { get; set; }
        public Octokit.PullRequest? PullRequest { get; set; }
        public List<Octokit.Label>? Labels { get; set; }
        public Dependencies? IssueDependenciesSummary { get; set; }
        public SubIssues? SubIssuesSummary { get; set; }

        /// <param name="usual">The repository where the answer names none.</param>
        public GitHubIssue ToIssue(RepositoryName usual) => new()
        {
            Reference = new IssueReference(Repository(RepositoryUrl) ?? usual, Number),
            Title = Title ?? "",
            Body = Body ?? "",
            IsOpen = State == "open",
            IsPullRequest = PullRequest is not null,
            Author = User.ToUser(),
            Labels = [.. (Labels ?? []).Select(label => label.Name)],
            CommentCount = Comments,
            CreatedAt = CreatedAt,
            UpdatedAt = UpdatedAt ?? CreatedAt,
            HtmlUrl = HtmlUrl,
            OpenBlockers = IssueDependenciesSummary?.BlockedBy ?? 0,
            OpenSubIssues = SubIssuesSummary is { } parts ? Math.Max(0, parts.Total - parts.Completed) : 0,
            Parent = Parent(ParentIssueUrl),
        };

        // https://HOST/…/repos/OWNER/NAME/issues/NUMBER
        private static IssueReference? Parent(string? url) =>
            url?.Split('/') is [.., var owner, var name, "issues", var number] && IssueReference.TryParse($"{owner}/{name}#{number}", out var parent) ? parent : null;

        private static RepositoryName? Repository(string? url) =>
            url?.Split('/') is [.., var owner, var name] && RepositoryName.TryParse($"{owner}/{name}", out var repository) ? repository : null;
    }

    private sealed class Dependencies
    {
        public int BlockedBy { get; set; }
    }

    private sealed class SubIssues
    {
        public int Total { get; set; }
        public int Completed { get; set; }
    }
}
