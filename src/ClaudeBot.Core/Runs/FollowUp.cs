using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>What a run follows up.</summary>
/// <param name="Origin">The task that led to the pull request.</param>
/// <param name="Pull">The pull request as it was when the run began.</param>
/// <param name="Batch">The remarks that the run sees to.</param>
/// <param name="Session">The agent's session in which the branch was worked on last; null when none is known.</param>
public sealed record FollowUp(QueuedTask Origin, GitHubPullRequest Pull, IReadOnlyList<StoredRemark> Batch, string? Session)
{
    /// <summary>What people said, in order; each gets an answer. The agent knows them by their place, from one.</summary>
    public IReadOnlyList<StoredRemark> Points { get; } = [.. Batch.Where(stored => stored.Remark.Kind is RemarkKind.Review or RemarkKind.ReviewComment or RemarkKind.Comment)];

    /// <summary>The base branch is to be merged into the branch first.</summary>
    public bool MergesBase => Batch.Any(stored => stored.Remark.Kind == RemarkKind.Conflict);

    /// <summary>What failed on the branch's last commit, with what is known of why.</summary>
    public IReadOnlyList<FailedCheck> Failures { get; init; } = [];

    /// <summary>False when only a merge is asked, which git may settle alone.</summary>
    public bool NeedsAgent => Points.Count > 0 || Failures.Count > 0;
}

/// <summary>A check that failed on GitHub.</summary>
/// <param name="Log">The end of its log or its own report, redacted; from outside all the same.</param>
public sealed record FailedCheck(string Name, string Conclusion, string? Url, string Log);

/// <summary>What is to be said to one remark.</summary>
/// <param name="Seq">The remark's place in the ledger.</param>
/// <param name="Changed">Whether something was changed for it.</param>
/// <param name="Resolves">Whether its thread is settled by that.</param>
/// <param name="Text">Markdown; what is from the agent in it is harmless already.</param>
public sealed record PointAnswer(long Seq, bool Changed, bool Resolves, string Text);

/// <summary>What came of a follow-up, kept in the ledger before anything of it is pushed or said.</summary>
/// <param name="Change">What is pushed; null when there is nothing.</param>
/// <param name="Fault">Why this is no success although all is said; null when it is one.</param>
public sealed record FollowUpReport(IReadOnlyList<PointAnswer> Answers, ChangeReport? Change, string? Fault, string Summary);
