using ClaudeBot.Queue;

namespace ClaudeBot.Ledger;

/// <summary>What happened within one hour or one day (UTC).</summary>
/// <param name="At">Its beginning.</param>
/// <param name="Queued">Tasks that were made.</param>
/// <param name="CostUsd">Of model calls, in US dollars.</param>
public sealed record WorkPeriod(DateTimeOffset At, long Queued, long Succeeded, long Failed, long Cancelled, long Dead, decimal CostUsd)
{
    /// <summary>Runs that ended; a task that was retried may have ended more than once.</summary>
    public long Ended => Succeeded + Failed + Cancelled + Dead;

    /// <summary>The sum, from the beginning of this one.</summary>
    public WorkPeriod Plus(WorkPeriod other) => new(
        At, Queued + other.Queued, Succeeded + other.Succeeded, Failed + other.Failed, Cancelled + other.Cancelled, Dead + other.Dead, CostUsd + other.CostUsd);
}

/// <summary>What people look at, read as fast with a million rows as with none. One implementation for each database.</summary>
public interface ILedgerViews
{
    /// <summary>Every hour from that of <paramref name="since"/> to that of <paramref name="until"/>, oldest first, empty ones too.</summary>
    Task<IReadOnlyList<WorkPeriod>> HoursAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Waiting tasks in the order of priority and age; the caps of repositories may change whose turn it is.</summary>
    Task<IReadOnlyList<QueuedTask>> TurnsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The task that has waited longest; null when none waits.</summary>
    Task<QueuedTask?> OldestWaitingAsync(CancellationToken cancellationToken);

    /// <summary>The newest entries of the event log that are of these kinds, newest first.</summary>
    /// <param name="before">Only entries with a lower sequence number; null: the newest.</param>
    Task<IReadOnlyList<LedgerEvent>> NewestEventsAsync(IReadOnlyCollection<string> kinds, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>The newest entries of one task, oldest first.</summary>
    Task<IReadOnlyList<LedgerEvent>> NewestEventsAsync(TaskId task, int limit, CancellationToken cancellationToken);

    /// <summary>Repositories in which tasks were run, by name.</summary>
    Task<IReadOnlyList<RepositoryName>> RepositoriesAsync(CancellationToken cancellationToken);
}
