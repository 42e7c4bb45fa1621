namespace ClaudeBot.Queue;

/// <summary>
/// The durable queue. One implementation for each database. Each method is one transaction, durable when it
/// returns. Methods that take a lease answer false when the lease is no longer held.
/// </summary>
public interface ITaskQueue
{
    Task<EnqueueResult> EnqueueAsync(NewTask task, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the next task: highest priority first; among equals the repository served longest ago, then the oldest.
    /// Null when nothing may run: queue paused, caps reached, nothing due.
    /// </summary>
    Task<TaskLease?> ClaimAsync(WorkerIdentity worker, QueueOptions options, CancellationToken cancellationToken);

    /// <summary>Prolongs the lease.</summary>
    Task<bool> HeartbeatAsync(TaskLease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>running → ended.</summary>
    Task<bool> EndAsync(TaskLease lease, TaskOutcome outcome, CancellationToken cancellationToken);

    /// <summary>running → waiting, not before the given time. <paramref name="countsAttempt"/>: false gives the attempt back.</summary>
    Task<bool> RequeueAsync(TaskLease lease, string reason, DateTimeOffset? notBefore, bool countsAttempt, CancellationToken cancellationToken);

    /// <summary>running → needs_input, and what is to be said about it into the outbox. The attempt is given back.</summary>
    Task<bool> AskAsync(TaskLease lease, InputRequest request, CancellationToken cancellationToken);

    /// <summary>Adds to the task's cost, in US dollars.</summary>
    Task AddCostAsync(TaskId id, decimal usd, CancellationToken cancellationToken);

    /// <summary>Any active state → cancelled; a running worker loses its lease. False when it was not active.</summary>
    /// <param name="by">For the event log: <c>operator</c>, <c>bot</c> or a login.</param>
    Task<bool> CancelAsync(TaskId id, string reason, string by, CancellationToken cancellationToken);

    /// <summary>failed, cancelled, dead or needs_input → waiting, attempts from zero. False when not in such a state or another task for its issue is active.</summary>
    Task<bool> RetryAsync(TaskId id, string reason, CancellationToken cancellationToken);

    /// <summary>Changes the priority of an active task.</summary>
    Task<bool> SetPriorityAsync(TaskId id, TaskPriority priority, CancellationToken cancellationToken);

    /// <summary>
    /// running → waiting for every task whose lease has run out, or that was claimed under another boot id by this
    /// worker's machine (single machine: all of them). Gives the tasks put back.
    /// </summary>
    Task<IReadOnlyList<QueuedTask>> ReclaimAsync(string liveBootId, bool singleMachine, CancellationToken cancellationToken);

    Task<QueuedTask?> FindAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>All tasks for an issue or pull request, newest first.</summary>
    Task<IReadOnlyList<QueuedTask>> FindByIssueAsync(IssueReference issue, CancellationToken cancellationToken);

    /// <summary>
    /// Tasks whose state differs from the one last shown on GitHub (<see cref="MarkAnnouncedAsync"/>), oldest change first.
    /// </summary>
    Task<IReadOnlyList<QueuedTask>> UnannouncedAsync(int limit, CancellationToken cancellationToken);

    /// <summary>GitHub shows this state of the task now.</summary>
    Task MarkAnnouncedAsync(TaskId id, TaskState state, CancellationToken cancellationToken);

    /// <summary>A page of tasks, newest first.</summary>
    Task<IReadOnlyList<QueuedTask>> ListAsync(TaskFilter filter, CancellationToken cancellationToken);

    Task<QueueCounts> CountAsync(CancellationToken cancellationToken);

    /// <summary>How many wait for nothing but their turn: neither for a time, nor for another issue, nor for a budget.</summary>
    Task<long> CountDueAsync(CancellationToken cancellationToken);

    /// <summary>Stops claims until <see cref="ResumeAsync"/>; survives restarts.</summary>
    Task PauseAsync(string reason, string by, CancellationToken cancellationToken);

    Task ResumeAsync(string by, CancellationToken cancellationToken);

    /// <summary>Why and by whom claims are stopped; null when they are not.</summary>
    Task<PausedQueue?> PausedAsync(CancellationToken cancellationToken);

    /// <summary>Why claims are stopped; null when they are not.</summary>
    async Task<string?> PausedReasonAsync(CancellationToken cancellationToken) => (await PausedAsync(cancellationToken))?.Reason;
}

/// <summary>Claims are stopped.</summary>
/// <param name="By">A GitHub login, <c>operator</c>, or <c>bot</c>.</param>
/// <param name="Since">Null when an earlier version stopped them, which did not write it down.</param>
public sealed record PausedQueue(string Reason, string By, DateTimeOffset? Since)
{
    public override string ToString() => $"paused by {By}{(Since is { } since ? $" since {since:u}" : "")}: {Reason}";
}

/// <summary>What a task needs from people before it can go on.</summary>
/// <param name="Reason">One sentence, or the question itself: the task's reason.</param>
/// <param name="Comment">Markdown for a comment of its own on the issue, with the mention of whoever is to be told; null: none.</param>
public sealed record InputRequest(AwaitedInput Awaits, string Reason, string? Comment);

/// <summary>Which tasks, and how many.</summary>
public sealed record TaskFilter
{
    public IReadOnlyList<TaskState> States { get; init; } = [];
    public RepositoryName? Repository { get; init; }
    /// <summary>Words that the id, the title or who asked must have, or have the beginning of; empty: any.</summary>
    public string? Search { get; init; }
    /// <summary>Only tasks older than this one (keyset paging).</summary>
    public TaskId? Before { get; init; }
    public int Limit { get; init; } = 100;
}

/// <summary>How many tasks there are; among the ended ones also those that were removed by age.</summary>
public sealed record QueueCounts(IReadOnlyDictionary<TaskState, long> ByState, IReadOnlyDictionary<TaskPriority, long> WaitingByPriority);
