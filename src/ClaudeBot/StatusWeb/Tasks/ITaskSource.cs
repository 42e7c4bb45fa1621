using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Tasks;

/// <summary>What waits.</summary>
/// <param name="OldestAt">When the task that has waited longest was made; null when none waits.</param>
/// <param name="Pauses">By whom and why the queue is paused, a sentence for each queue that is.</param>
public sealed record QueueView(long Waiting, DateTimeOffset? OldestAt, IReadOnlyList<string> Pauses);

/// <summary>Work over time.</summary>
/// <param name="Hours">The last day and the hour under way, oldest first.</param>
/// <param name="Days">The last thirty days and today, oldest first.</param>
public sealed record WorkHistory(IReadOnlyList<WorkPeriod> Hours, IReadOnlyList<WorkPeriod> Days)
{
    private const int HoursShown = 25;
    private const int DaysShown = 31;

    /// <summary>From all hours of the days that are shown, oldest first; an hour may stand there several times.</summary>
    public static WorkHistory Of(IEnumerable<WorkPeriod> hours, IEnumerable<WorkPeriod> days) => new(Together(hours, HoursShown), Together(days, DaysShown));

    /// <summary>When the first of the days began.</summary>
    public static DateTimeOffset Begin(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(1 - DaysShown), TimeSpan.Zero);

    private static IReadOnlyList<WorkPeriod> Together(IEnumerable<WorkPeriod> periods, int most) =>
        [.. periods.GroupBy(period => period.At).OrderBy(group => group.Key).Select(group => group.Aggregate((sum, period) => sum.Plus(period))).TakeLast(most)];
}

/// <summary>
/// Where pages and API get tasks from: the ledger, where the web runs in the bot's process; else what the bots told of
/// their last tasks.
/// </summary>
public interface ITaskSource
{
    /// <summary>True: these are all tasks, and what an operator orders is done at once.</summary>
    bool IsLedger { get; }

    Task<TaskPageRecord> ListAsync(TaskFilter filter, CancellationToken cancellationToken);

    /// <summary>One task; null when there is no such task.</summary>
    Task<TaskDetails?> FindAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>Waiting tasks in their order.</summary>
    Task<IReadOnlyList<TaskRecord>> WaitingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    /// <param name="before">The sequence number of the last one of the page before; null: the newest.</param>
    Task<IReadOnlyList<SecurityEvent>> SecurityEventsAsync(long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Repositories that have tasks, by name.</summary>
    Task<IReadOnlyList<string>> RepositoriesAsync(CancellationToken cancellationToken);

    Task<QueueView> QueueAsync(CancellationToken cancellationToken);

    /// <summary>What was done and spent in the last day and the last month.</summary>
    Task<WorkHistory> HistoryAsync(CancellationToken cancellationToken);
}
