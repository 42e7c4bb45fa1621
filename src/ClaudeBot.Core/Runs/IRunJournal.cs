namespace ClaudeBot.Runs;

/// <summary>A step of a task with an outward effect, or with a result worth keeping across a restart.</summary>
/// <param name="Intent">What was about to be done, JSON; written before.</param>
/// <param name="Result">What came of it, JSON; null when the process died, or the reply was lost, in between: look before acting again.</param>
public sealed record StepRecord(TaskId TaskId, string Step, string Intent, string? Result, DateTimeOffset BeganAt, DateTimeOffset? EndedAt);

/// <summary>One run of one task by one worker.</summary>
/// <param name="Ending">Null while it runs, or when the process died.</param>
public sealed record AttemptRecord(TaskId TaskId, int Number, string Worker, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, string? Ending, string? SessionId);

/// <summary>Tokens of one model call, as the model's service counted them.</summary>
public sealed record TokenUsage(string Model, long Input, long Output, long CacheRead, long CacheWrite);

/// <summary>What a task has spent.</summary>
public sealed record Spend(long Input, long Output, long CacheRead, long CacheWrite, decimal Usd, int Calls);

/// <summary>Something that a person with write access said to a task.</summary>
/// <param name="Sequence">Grows; tells what came after what.</param>
/// <param name="Kind"><c>answer</c> to a question; <c>plan</c>: an approval, with what is to be different (empty: nothing); <c>instruction</c>.</param>
/// <param name="By">The login, for people; <paramref name="ById"/> is who it was.</param>
public sealed record TaskInput(long Sequence, string Kind, string Text, string By, long ById, DateTimeOffset At, bool IsTaken);

/// <summary>The history of runs: attempts, steps, spend. One implementation for each database.</summary>
public interface IRunJournal
{
    /// <summary>Opens an attempt and gives its number, counting from one over the whole life of the task.</summary>
    Task<int> BeginAttemptAsync(TaskId task, string worker, CancellationToken cancellationToken);

    Task EndAttemptAsync(TaskId task, int number, string ending, string? sessionId, CancellationToken cancellationToken);

    Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Writes the intent of a step, or writes it again after a crash. False when the fence is stale: do not act.</summary>
    Task<bool> BeginStepAsync(TaskId task, long fence, string step, string intent, CancellationToken cancellationToken);

    /// <summary>Writes a step's result. False when the fence is stale.</summary>
    Task<bool> EndStepAsync(TaskId task, long fence, string step, string result, CancellationToken cancellationToken);

    Task<StepRecord?> FindStepAsync(TaskId task, string step, CancellationToken cancellationToken);

    Task<IReadOnlyList<StepRecord>> StepsAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>What people with write access said to the task, oldest first.</summary>
    Task<IReadOnlyList<TaskInput>> InputsAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>An agent was told all of it up to this one.</summary>
    Task MarkTakenAsync(TaskId task, long upTo, CancellationToken cancellationToken);

    /// <summary>Adds one model call to the task's spend, and its price to the task.</summary>
    Task AddSpendAsync(TaskId task, RepositoryName repository, TokenUsage usage, decimal usd, CancellationToken cancellationToken);

    Task<Spend> SpendAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>The model that most of the task's spend went to, as the gateway saw it; null when no call was metered.</summary>
    Task<string?> MainModelAsync(TaskId task, CancellationToken cancellationToken);
}
