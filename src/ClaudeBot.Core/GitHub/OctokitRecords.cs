namespace ClaudeBot.GitHub;

/// <summary>Octokit's types as our records. GitHub sends null for an empty body and for the author of a deleted account.</summary>
internal static class OctokitRecords
{
    private static readonly GitHubUser Ghost = new(0, "ghost", false);

    public static GitHubUser ToUser(this Octokit.User? user) =>
        user is null ? Ghost : new GitHubUser(user.Id, user.Login, user.Type == Octokit.AccountType.Bot);

    public static GitHubRepository ToRepository(this Octokit.Repository repository) =>
        new(RepositoryName.Parse(repository.FullName), repository.DefaultBranch, repository.Archived, repository.CloneUrl, repository.HtmlUrl);

    public static GitHubIssue ToIssue(this Octokit.Issue issue, RepositoryName repository) => new()
    {
        Reference = new IssueReference(repository, issue.Number),
        Title = issue.Title ?? "",
        Body = issue.Body ?? "",
        IsOpen = issue.State.StringValue == "open",
        IsPullRequest = issue.PullRequest is not null,
        Author = issue.User.ToUser(),
        Labels = [.. (issue.Labels ?? []).Select(label => label.Name)],
        CommentCount = issue.Comments,
        CreatedAt = issue.CreatedAt,
        UpdatedAt = issue.UpdatedAt ?? issue.CreatedAt,
        HtmlUrl = issue.HtmlUrl,
    };

    public static GitHubComment ToComment(this Octokit.IssueComment comment) =>
        new(comment.Id, comment.Body ?? "", comment.User.ToUser(), comment.CreatedAt, comment.UpdatedAt ?? comment.CreatedAt, comment.HtmlUrl) { NodeId = comment.NodeId ?? "" };

    public static GitHubIssueEvent ToIssueEvent(this Octokit.IssueEvent happened) =>
        new(happened.Id, happened.Event.StringValue, happened.Actor?.ToUser(), happened.Label?.Name, happened.CreatedAt);

    public static GitHubPullRequest ToPullRequest(this Octokit.PullRequest pull, RepositoryName repository) => new()
    {
        Reference = new IssueReference(repository, pull.Number),
        Title = pull.Title ?? "",
        Body = pull.Body ?? "",
        IsOpen = pull.State.StringValue == "open",
        // Lists carry no "merged", only the time.
        IsMerged = pull.Merged || pull.MergedAt is not null,
        IsDraft = pull.Draft,
        HeadBranch = pull.Head.Ref,
        HeadSha = pull.Head.Sha,
        BaseBranch = pull.Base.Ref,
        HtmlUrl = pull.HtmlUrl,
        NodeId = pull.NodeId,
        Mergeable = pull.Mergeable,
        BaseSha = pull.Base.Sha,
    };

    /// <summary>
    /// GitHub's <c>permission</c> is one of admin, write, read, none; <c>role_name</c> tells maintain from write and
    /// triage from read, and may be an organisation's own name.
    /// </summary>
    public static RepositoryPermission ToPermission(string? permission, string? role) => (permission, role) switch
    {
        ("admin", _) => RepositoryPermission.Admin,
        ("write", "maintain") => RepositoryPermission.Maintain,
        ("write", _) => RepositoryPermission.Write,
        ("read", "triage") => RepositoryPermission.Triage,
        ("read", _) => RepositoryPermission.Read,
        _ => RepositoryPermission.None,
    };
}
