using ClaudeBot.Gate;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;

namespace ClaudeBot.Runs;

/// <summary>How the commits of a run are worded.</summary>
public sealed class CommitWording(GitHubOptions gitHub, RunOptions options)
{
    /// <summary>The type for a repository that wants conventional commits, by the issue's labels; null: the plain form.</summary>
    public string? Type(Run run, RepositoryPolicy policy) =>
        (policy.CommitStyle ?? options.CommitStyle) == RepositoryPolicy.ConventionalCommits ? ConventionalCommit.Type(run.Labels) : null;

    public string Message(Run run, RepositoryPolicy policy, string summary) => CommitText.Message(new CommitFacts
    {
        TaskId = run.Task.Id,
        // Of a follow-up, the number is the pull request's own: its first commit fixed the issue.
        IssueNumber = run.FollowUp is null ? run.Task.IssueNumber : null,
        IssueUrl = run.IssueUrl,
        Title = run.Task.Title,
        Summary = PointAnswers.WithoutBlocks(summary),
        Requester = run.Task.RequestedById is { } id ? (run.Task.RequestedBy, id) : null,
        Type = Type(run, policy),
        // Of a server of one's own: https://docs.github.com/enterprise-server/account-and-profile/reference/email-addresses-reference
        NoReplyHost = $"users.noreply.{gitHub.ServerUrl.Host}",
    });
}
