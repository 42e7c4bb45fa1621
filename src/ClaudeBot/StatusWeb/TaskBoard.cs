using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.StatusWeb;

/// <summary>Reads tasks for pages and API from the ledger, where the status web runs in the bot's process; alone it has none.</summary>
public sealed class TaskBoard(StatusWebOptions options, TimeProvider time, ITaskQueue? queue = null, IRunJournal? journal = null, IEventLog? events = null)
{
    private const int LongestPage = 200;
    private static readonly TaskState[] Ended = [TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Dead];

    /// <summary>False: this process knows reports only, and has no tasks to show.</summary>
    public bool HasLedger => queue is not null;

    public async Task<TaskPageRecord> ListAsync(TaskFilter filter, CancellationToken cancellationToken)
    {
        var limit = Math.Clamp(filter.Limit, 1, LongestPage);
        var tasks = queue is null ? [] : await queue.ListAsync(filter with { Limit = limit }, cancellationToken);
        return new TaskPageRecord([.. tasks.Select(Record)], tasks.Count, tasks.Count == limit ? tasks[^1].Id.Value : null);
    }

    /// <summary>One task; null when there is no such task.</summary>
    public async Task<TaskDetails?> FindAsync(TaskId id, CancellationToken cancellationToken)
    {
        if (queue is null || await queue.FindAsync(id, cancellationToken) is not { } task)
            return null;
        var attempts = journal is null ? [] : await journal.AttemptsAsync(id, cancellationToken);
        var steps = journal is null ? [] : await journal.StepsAsync(id, cancellationToken);
        var spend = journal is null ? null : await journal.SpendAsync(id, cancellationToken);
        var log = events is null ? [] : await events.OfTaskAsync(id, cancellationToken);
        return new TaskDetails(
            Record(task),
            spend,
            [.. attempts.Select(a => new AttemptView(a.Number, a.Worker, a.BeganAt, a.EndedAt, a.Ending))],
            [.. steps.Select(s => new StepView(s.Step, s.BeganAt, s.EndedAt))],
            [.. log.Select(EventView.Of)]);
    }

    /// <summary>Waiting tasks, and tasks that ended since midnight UTC (of the newest 200 that ended); null without a ledger.</summary>
    public async Task<(long Queued, long ProcessedToday)?> CountAsync(CancellationToken cancellationToken)
    {
        if (queue is null)
            return null;
        var counts = await queue.CountAsync(cancellationToken);
        var ended = await queue.ListAsync(new TaskFilter { States = Ended, Limit = LongestPage }, cancellationToken);
        var midnight = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        return (counts.ByState.GetValueOrDefault(TaskState.Waiting), ended.Count(task => task.EndedAt >= midnight));
    }

    /// <summary>Why no task is started; null when tasks are, and without a ledger.</summary>
    public Task<string?> PausedReasonAsync(CancellationToken cancellationToken) => queue?.PausedReasonAsync(cancellationToken) ?? Task.FromResult<string?>(null);

    private TaskRecord Record(QueuedTask task) => TaskRecord.Of(task, options.GitHubServer, time.GetUtcNow());
}
