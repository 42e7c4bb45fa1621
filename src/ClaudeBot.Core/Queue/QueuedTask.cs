namespace ClaudeBot.Queue;

/// <summary>A task as the ledger holds it.</summary>
public sealed record QueuedTask
{
    public required TaskId Id { get; init; }
    public required TaskKind Kind { get; init; }
    public required RepositoryName Repository { get; init; }
    /// <summary>The issue or pull request it is about; null for a manual task without one.</summary>
    public int? IssueNumber { get; init; }
    public required string Title { get; init; }
    /// <summary>What is asked, as approved when the task was made (untrusted text).</summary>
    public required string Description { get; init; }
    public required TaskPriority Priority { get; init; }
    public required TaskState State { get; init; }
    /// <summary>Why it is in this state, for people: the failure, the cancellation, what it waits for.</summary>
    public string? Reason { get; init; }
    /// <summary>Who asked, by GitHub login or <c>operator</c>.</summary>
    public required string RequestedBy { get; init; }
    /// <summary>The numeric GitHub id of who asked; null for an operator.</summary>
    public long? RequestedById { get; init; }
    /// <summary>The branch, fixed when the task is made, one per issue for its whole life.</summary>
    public required string Branch { get; init; }
    /// <summary>Attempts begun so far. Waiting, limits and restarts of ours use none.</summary>
    public required int Attempts { get; init; }
    /// <summary>Counts up at each claim; every later write names it.</summary>
    public required long Fence { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
    /// <summary>Not to be claimed before; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public int? PullRequestNumber { get; init; }
    public string? PullRequestUrl { get; init; }
    public string? HeadSha { get; init; }
    public decimal CostUsd { get; init; }
    /// <summary>Of a task that needs input; null otherwise, and when an earlier version parked it.</summary>
    public AwaitedInput? Awaits { get; init; }
    /// <summary>Somebody wants to see a plan before the work.</summary>
    public bool PlanFirst { get; init; }
    /// <summary>US dollars for the whole task, as a comment set them; null: as configured.</summary>
    public decimal? BudgetUsd { get; init; }

    public IssueReference? Issue => IssueNumber is { } number ? new IssueReference(Repository, number) : null;

    /// <summary>True while it holds the place of "the one active task" for its issue.</summary>
    public bool IsActive => State is TaskState.Waiting or TaskState.Running or TaskState.NeedsInput;
}

/// <summary>A task to be made.</summary>
public sealed record NewTask
{
    public required TaskKind Kind { get; init; }
    public required RepositoryName Repository { get; init; }
    public int? IssueNumber { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public TaskPriority Priority { get; init; } = TaskPriority.Medium;
    public required string RequestedBy { get; init; }
    public long? RequestedById { get; init; }
    /// <summary>
    /// When the outside state that speaks for this task was read. A task for the same issue that ended at or after
    /// this moment means the observation is stale: no new task is made.
    /// </summary>
    public required DateTimeOffset ObservedAt { get; init; }
    /// <summary>A plan is to be approved before the work.</summary>
    public bool PlanFirst { get; init; }
    /// <summary>Given for a spool file that names its own id; null: a new one is made.</summary>
    public TaskId? Id { get; init; }
}

/// <summary>What became of a request to make a task.</summary>
public abstract record EnqueueResult
{
    private EnqueueResult() { }

    /// <summary>A new task stands in the ledger.</summary>
    public sealed record Added(QueuedTask Task) : EnqueueResult;

    /// <summary>There is an active task for that issue already; nothing changed.</summary>
    public sealed record AlreadyActive(QueuedTask Task) : EnqueueResult;

    /// <summary>The work asked for ended after the observation was made; nothing changed.</summary>
    public sealed record Stale(QueuedTask Task) : EnqueueResult;

    /// <summary>So many tasks wait that no new one is let in; nothing changed. The same request may succeed later.</summary>
    public sealed record Full(int Limit) : EnqueueResult
    {
        /// <summary>One sentence for people.</summary>
        public string Reason => $"The queue is full: {Limit} tasks wait, and MAX_WAITING_TASKS allows no more.";
    }
}
