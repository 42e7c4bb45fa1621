using System.Collections.Immutable;
using ClaudeBot.Playground.GitHub.Git;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>What a pull request has beside its issue.</summary>
public sealed class PullRequest
{
    internal PullRequest(long id, string headBranch, string headSha, string baseBranch, string baseSha)
    {
        Id = id;
        HeadBranch = headBranch;
        HeadSha = headSha;
        BaseBranch = baseBranch;
        BaseSha = baseSha;
    }

    public long Id { get; }
    public string HeadBranch { get; }
    public string HeadSha { get; internal set; }
    public string BaseBranch { get; internal set; }
    public string BaseSha { get; internal set; }
    public bool IsDraft { get; internal set; }
    public bool MaintainerCanModify { get; internal set; }
    public DateTimeOffset? MergedAt { get; internal set; }
    public Account? MergedBy { get; internal set; }
    public string? MergeCommitSha { get; internal set; }
    public ImmutableList<Review> Reviews { get; internal set; } = [];
    public ImmutableList<ReviewComment> ReviewComments { get; internal set; } = [];

    /// <summary>The first comments of those threads on the diff that somebody resolved.</summary>
    public ImmutableHashSet<long> ResolvedThreads { get; internal set; } = [];

    /// <summary>Sizes and mergeability at the present head and base.</summary>
    internal PullFacts Facts { get; set; } = PullFacts.Empty;
}
