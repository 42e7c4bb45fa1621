using ClaudeBot.Queue;

namespace ClaudeBot.FollowUps;

/// <summary>
/// Remarks about the bot's pull requests. They are stored by the decision about the delivery that brought them; here
/// they are gathered into tasks. One implementation for each database.
/// </summary>
public interface IRemarks
{
    /// <summary>The newest task, follow-ups left out, that led to the pull request; null when it is none of the bot's.</summary>
    Task<QueuedTask?> OriginAsync(IssueReference pull, CancellationToken cancellationToken);

    /// <summary>The numbers of all pull requests in the repository that tasks led to, open or not.</summary>
    Task<IReadOnlyList<int>> PullRequestsAsync(RepositoryName repository, CancellationToken cancellationToken);

    /// <summary>What was said up to this moment was said to an earlier version, which did not listen; null when there was none.</summary>
    Task<DateTimeOffset?> ListeningSinceAsync(CancellationToken cancellationToken);

    /// <summary>Remarks that wait for a task to see to them, in the order in which they were stored.</summary>
    Task<IReadOnlyList<StoredRemark>> WaitingAsync(CancellationToken cancellationToken);

    /// <summary>Every remark about the pull request, in the order in which they were stored.</summary>
    Task<IReadOnlyList<StoredRemark>> OfPullAsync(IssueReference pull, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a task and gives it the remarks, in one transaction. Null, and nothing done, when another task has taken
    /// them meanwhile; they go on waiting unless the answer is <see cref="EnqueueResult.Added"/>.
    /// </summary>
    Task<EnqueueResult?> MakeTaskAsync(NewTask task, IReadOnlyCollection<StoredRemark> remarks, CancellationToken cancellationToken);

    /// <summary>The remarks of a running task.</summary>
    /// <param name="joining">Remarks about its pull request that join them, if they still wait.</param>
    /// <returns>None when the lease is gone.</returns>
    Task<IReadOnlyList<StoredRemark>> BatchAsync(TaskLease lease, IReadOnlyCollection<StoredRemark> joining, CancellationToken cancellationToken);

    /// <summary>Writes of waiting remarks that no task will see to them, and has a comment say so under their pull request, in one transaction.</summary>
    /// <param name="key">Names the cause: the same one is said once.</param>
    /// <param name="comment">Markdown.</param>
    Task LeaveAsync(IReadOnlyCollection<StoredRemark> remarks, string key, string comment, CancellationToken cancellationToken);

    /// <summary>Writes what came of remarks.</summary>
    Task SettleAsync(IReadOnlyDictionary<long, string> outcomes, CancellationToken cancellationToken);

    /// <summary>The newest session of the agent in any run on the branch; null when none is known.</summary>
    Task<string?> SessionAsync(RepositoryName repository, string branch, CancellationToken cancellationToken);

    /// <summary>The pull request whose branch a task of the bot brought to this commit; null when none did, or it has not ended yet.</summary>
    Task<IssueReference?> PullOfCommitAsync(RepositoryName repository, string sha, CancellationToken cancellationToken);
}
