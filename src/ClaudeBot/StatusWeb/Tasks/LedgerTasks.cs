using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Tasks;

/// <summary>Tasks from the ledger.</summary>
/// <param name="server">Links lead to this GitHub server only.</param>
public sealed class LedgerTasks(ITaskQueue queue, IRunJournal journal, IEventLog events, ILedgerViews views, TimeProvider time, Uri server) : ITaskSource
{
    public const int LongestPage = 200;

    public bool IsLedger => true;

    public async Task<TaskPageRecord> ListAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(filter.Limit, 1, LongestPage);
        var tasks = await queue.ListAsync(filter with { Limit = limit }, cancellationToken);
        return new TaskPageRecord([.. tasks.Select(Record)], tasks.Count, tasks.Count == limit ? tasks[^1].Id.Value : null, Complete: true);
    }

    public async Task<TaskDetails?> FindAsync(TaskId id, CancellationToken cancellationToken) =>
        await queue.FindAsync(id, cancellationToken) is { } task ? await DetailsAsync(task, await events.OfTaskAsync(id, cancellationToken), cancellationToken) : null;

    public async Task<IReadOnlyList<TaskRecord>> WaitingAsync(int limit, CancellationToken cancellationToken) =>
        [.. (await views.TurnsAsync(limit, cancellationToken)).Select(Record)];

    public async Task<IReadOnlyList<SecurityEvent>> SecurityEventsAsync(long? before, int limit, CancellationToken cancellationToken) =>
        [.. (await views.NewestEventsAsync(SecurityEvent.Kinds, before, limit, cancellationToken)).Select(SecurityEvent.Of)];

    public async Task<IReadOnlyList<string>> RepositoriesAsync(CancellationToken cancellationToken) =>
        [.. (await views.RepositoriesAsync(cancellationToken)).Select(name => name.ToString())];

    public async Task<QueueView> QueueAsync(CancellationToken cancellationToken) => new(
        (await queue.CountAsync(cancellationToken)).ByState.GetValueOrDefault(TaskState.Waiting),
        (await views.OldestWaitingAsync(cancellationToken))?.CreatedAt,
        await queue.PausedAsync(cancellationToken) is { } paused ? [paused.ToString()] : []);

    public async Task<WorkHistory> HistoryAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hours = await views.HoursAsync(WorkHistory.Begin(now), now, cancellationToken);
        return WorkHistory.Of(hours, hours.Select(hour => hour with { At = new DateTimeOffset(hour.At.UtcDateTime.Date, TimeSpan.Zero) }));
    }

    /// <summary>
    /// For a report: tasks that run or ask, that wait next, and that ended last, each with its newest events and its long
    /// texts cut, so that the report stays small.
    /// </summary>
    /// <param name="most">Of the active and of the ended ones each.</param>
    public async Task<IReadOnlyList<TaskDetails>> RecentAsync(int most, int mostEvents, CancellationToken cancellationToken)
    {
        var atWork = await queue.ListAsync(new TaskFilter { States = TaskStates.Begun, Limit = most }, cancellationToken);
        var waiting = await views.TurnsAsync(most - atWork.Count, cancellationToken);
        var ended = await queue.ListAsync(new TaskFilter { States = TaskStates.Ended, Limit = most }, cancellationToken);
        var recent = new List<TaskDetails>();
        foreach (var task in (QueuedTask[])[.. atWork, .. waiting, .. ended])
            recent.Add((await DetailsAsync(task, await views.NewestEventsAsync(task.Id, mostEvents, cancellationToken), cancellationToken)).Bounded());
        return recent;
    }

    private async Task<TaskDetails> DetailsAsync(QueuedTask task, IReadOnlyList<LedgerEvent> log, CancellationToken cancellationToken)
    {
        var attempts = await journal.AttemptsAsync(task.Id, cancellationToken);
        var steps = await journal.StepsAsync(task.Id, cancellationToken);
        return new TaskDetails(
            Record(task),
            await journal.SpendAsync(task.Id, cancellationToken),
            [.. attempts.Select(a => new AttemptView(a.Number, a.Worker, a.BeganAt, a.EndedAt, a.Ending))],
            [.. steps.Select(s => new StepView(s.Step, s.BeganAt, s.EndedAt))],
            [.. log.Select(EventView.Of)],
            steps.LastOrDefault(step => step.Step == RunStep.Push) is { } push ? ChangeView.OfIntent(push.Intent) : null);
    }

    private TaskRecord Record(QueuedTask task) => TaskRecord.Of(task, server, time.GetUtcNow());
}
