namespace ClaudeBot.Queue;

/// <summary>The states of a task. Written in the ledger, in files and in the API in snake case: <c>needs_input</c>.</summary>
public enum TaskState
{
    Waiting,
    Running,
    NeedsInput,
    Succeeded,
    Failed,
    Cancelled,
    /// <summary>Given up after the last attempt; kept with its evidence, can be retried by an operator.</summary>
    Dead,
}

/// <summary>States that are looked for together.</summary>
public static class TaskStates
{
    /// <summary>The task is not over, see <see cref="QueuedTask.IsActive"/>.</summary>
    public static IReadOnlyList<TaskState> Active { get; } = [TaskState.Waiting, TaskState.Running, TaskState.NeedsInput];

    /// <summary>The task was begun and is not over.</summary>
    public static IReadOnlyList<TaskState> Begun { get; } = [TaskState.Running, TaskState.NeedsInput];

    /// <summary>The task is over.</summary>
    public static IReadOnlyList<TaskState> Ended { get; } = [TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Dead];
}

/// <summary>What gave rise to a task; the <c>task_type</c> label of the metrics in snake case.</summary>
public enum TaskKind
{
    Issue,
    PrFeedback,
    /// <summary>Added by an operator, by CLI or spool file; it may have no issue.</summary>
    Manual,
}

/// <summary>What a task in <see cref="TaskState.NeedsInput"/> waits for.</summary>
public enum AwaitedInput
{
    /// <summary>The agent's question to be answered.</summary>
    Question,
    /// <summary>Its plan to be approved.</summary>
    Plan,
    /// <summary>Nothing but the word to go on: somebody set it aside.</summary>
    Pause,
}

/// <summary>Higher goes first.</summary>
public enum TaskPriority
{
    Low,
    Medium,
    High,
    Urgent,
}
