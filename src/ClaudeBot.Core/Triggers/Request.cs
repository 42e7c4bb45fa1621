using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>What a delivery asks for, before anything is looked up.</summary>
internal abstract record Request
{
    private Request() { }

    /// <summary>Nothing; the sentence says why.</summary>
    public sealed record Nothing(IssueReference? Subject, string Reason) : Request;

    /// <summary>Somebody did something that asks for work on the issue.</summary>
    /// <param name="Text">The issue's words as they were then; null when the payload does not hold them.</param>
    public sealed record AskedBy(IssueReference Issue, GitHubUser Actor, ApprovedWords? Text) : Request;

    /// <summary>A poll saw the issue; who asked, and when, is in its events.</summary>
    public sealed record Seen(IssueReference Issue) : Request;

    /// <summary>Somebody wrote a comment.</summary>
    /// <param name="OnPullRequest">It stands under a pull request.</param>
    /// <param name="Words">The issue's words as they were then; null when they are not known.</param>
    public sealed record Said(IssueReference Subject, long CommentId, GitHubUser Author, string Body, DateTimeOffset At, bool OnPullRequest, ApprovedWords? Words) : Request;

    /// <summary>Somebody changed a comment.</summary>
    /// <param name="Editor">Who; null: GitHub has to be asked.</param>
    public sealed record Edited(IssueReference Subject, long CommentId, string NodeId, GitHubUser Author, string Body, GitHubUser? Editor) : Request;

    /// <summary>Something was said or found about a pull request.</summary>
    /// <param name="Author">Who said it; null where nobody did.</param>
    public sealed record Remarked(Remark Remark, GitHubUser? Author) : Request;

    /// <summary>A branch moved; pull requests into it may conflict now, which GitHub tells nobody.</summary>
    public sealed record Moved(RepositoryName Repository, string Branch) : Request;

    /// <summary>A check ended badly on a commit.</summary>
    /// <param name="Branch">The branch that it ran for; null when the payload does not say.</param>
    public sealed record CheckFailed(RepositoryName Repository, string? Branch, FailedCheckRun Check) : Request;

    /// <summary>Something happened after which a task for the issue may no longer be wanted.</summary>
    public sealed record Unsettled(IssueReference Issue, string What) : Request;

    /// <summary>A label that says how soon was put on or taken off.</summary>
    public sealed record Reordered(IssueReference Issue, string What) : Request;
}

/// <summary>Title and text of an issue at the moment somebody asked for work on it: what they saw is what is worked on.</summary>
internal sealed record ApprovedWords(string Title, string Body);
