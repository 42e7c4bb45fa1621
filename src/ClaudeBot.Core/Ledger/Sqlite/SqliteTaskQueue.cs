using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <inheritdoc/>
public sealed class SqliteTaskQueue(SqliteLedger ledger, QueueNotices notices, TimeProvider time) : ITaskQueue
{
    private long Now => LedgerUnits.ToMicroseconds(time.GetUtcNow());

    public Task<EnqueueResult> EnqueueAsync(NewTask task, CancellationToken cancellationToken) =>
        ChangeAsync(connection => TaskAdmission.Enqueue(connection, task, ledger.Options.MaxWaitingTasks, Now), result => result is EnqueueResult.Added, cancellationToken);

    public Task<TaskLease?> ClaimAsync(WorkerIdentity worker, QueueOptions options, CancellationToken cancellationToken) =>
        ChangeAsync(connection => TaskClaim.Claim(connection, worker, options, Now), lease => lease is not null, cancellationToken);

    public Task<bool> HeartbeatAsync(TaskLease lease, TimeSpan duration, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "UPDATE tasks SET lease_until = @until WHERE id = @id AND fence = @fence AND state = 'running'",
            new { until = Now + (duration.Ticks / TimeSpan.TicksPerMicrosecond), id = lease.Id.Value, fence = lease.Fence }) > 0,
        cancellationToken);

    public Task<bool> EndAsync(TaskLease lease, TaskOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.State is not (TaskState.Succeeded or TaskState.Failed or TaskState.Cancelled or TaskState.Dead))
            throw new ArgumentException($"A task does not end as {outcome.State.Word()}.", nameof(outcome));
        return ChangeAsync(
            connection =>
            {
                if (TaskTable.FindHeld(connection, lease) is not { } row)
                    return false;
                TaskReturn.End(connection, row, outcome, Now);
                return true;
            },
            cancellationToken);
    }

    public Task<bool> RequeueAsync(TaskLease lease, string reason, DateTimeOffset? notBefore, bool countsAttempt, CancellationToken cancellationToken) =>
        ChangeAsync(
            connection => TaskReturn.Requeue(connection, lease, reason, LedgerUnits.ToMicroseconds(notBefore), countsAttempt, Now),
            cancellationToken);

    public Task<bool> AskAsync(TaskLease lease, InputRequest request, CancellationToken cancellationToken) => ChangeAsync(
        connection => TaskTable.FindHeld(connection, lease) is { } row && TaskOrders.Ask(connection, row, request, Now), cancellationToken);

    public Task AddCostAsync(TaskId id, decimal usd, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute(
            "UPDATE tasks SET cost_nano_usd = cost_nano_usd + @nanos WHERE id = @id",
            new { nanos = LedgerUnits.ToNanoDollars(usd), id = id.Value }),
        cancellationToken);

    public async Task<bool> CancelAsync(TaskId id, string reason, string by, CancellationToken cancellationToken)
    {
        var before = await ledger.WriteAsync(
            connection => TaskTable.Find(connection, id) is { } row && TaskOrders.Cancel(connection, row, reason, by, Now) ? row : null,
            cancellationToken);
        if (before is null)
            return false;
        if (before.State == TaskState.Running.Word())
            notices.RaiseLeaseRevoked(id);
        notices.RaiseChanged();
        return true;
    }

    public Task<bool> RetryAsync(TaskId id, string reason, CancellationToken cancellationToken) =>
        ChangeAsync(connection => TaskTable.Find(connection, id) is { } row && TaskOrders.Retry(connection, row, reason, "operator", Now), cancellationToken);

    public Task<bool> SetPriorityAsync(TaskId id, TaskPriority priority, CancellationToken cancellationToken) => ChangeAsync(
        connection => TaskTable.Find(connection, id) is { } row && TaskOrders.SetPriority(connection, row, priority, "operator", Now), cancellationToken);

    public async Task<IReadOnlyList<QueuedTask>> ReclaimAsync(string liveBootId, bool singleMachine, CancellationToken cancellationToken)
    {
        var (putBack, ids) = await ledger.WriteAsync(
            connection =>
            {
                var rows = connection.Query<TaskRow>(
                    $"""
                    SELECT {TaskRow.Columns} FROM tasks
                    WHERE state = 'running' AND (lease_until <= @now OR (@singleMachine AND boot_id <> @liveBootId))
                    ORDER BY seq
                    """,
                    new { now = Now, singleMachine, liveBootId }).ToList();
                IReadOnlyList<QueuedTask> waiting = [.. rows.Select(row => TaskReturn.Recover(connection, row, Now)).OfType<QueuedTask>()];
                return (waiting, rows.ConvertAll(row => TaskId.Parse(row.Id)));
            },
            cancellationToken);
        ids.ForEach(notices.RaiseLeaseRevoked);
        if (ids.Count > 0)
            notices.RaiseChanged();
        return putBack;
    }

    public Task<QueuedTask?> FindAsync(TaskId id, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskTable.Find(connection, id)?.ToTask(), cancellationToken);

    public Task<IReadOnlyList<QueuedTask>> FindByIssueAsync(IssueReference issue, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskReads.ByIssue(connection, issue), cancellationToken);

    public Task<IReadOnlyList<QueuedTask>> UnannouncedAsync(int limit, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskReads.Unannounced(connection, limit), cancellationToken);

    public Task MarkAnnouncedAsync(TaskId id, TaskState state, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection => connection.Execute("UPDATE tasks SET announced_state = @state WHERE id = @id", new { state = state.Word(), id = id.Value }),
        cancellationToken);

    public Task<IReadOnlyList<QueuedTask>> ListAsync(TaskFilter filter, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskPages.Read(connection, filter), cancellationToken);

    public Task<QueueCounts> CountAsync(CancellationToken cancellationToken) => ledger.ReadAsync(TaskReads.Count, cancellationToken);

    public Task<long> CountDueAsync(CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskReads.CountDue(connection, Now), cancellationToken);

    public Task PauseAsync(string reason, string by, CancellationToken cancellationToken) =>
        ChangeAsync(connection => QueuePause.Set(connection, reason, by, Now) > 0, cancellationToken);

    public Task ResumeAsync(string by, CancellationToken cancellationToken) =>
        ChangeAsync(connection => QueuePause.Clear(connection, by, Now) > 0, cancellationToken);

    public Task<PausedQueue?> PausedAsync(CancellationToken cancellationToken) => ledger.ReadAsync(QueuePause.Read, cancellationToken);

    private Task<bool> ChangeAsync(Func<SqliteConnection, bool> change, CancellationToken cancellationToken) =>
        ChangeAsync(change, changed => changed, cancellationToken);

    private async Task<T> ChangeAsync<T>(Func<SqliteConnection, T> change, Func<T, bool> changed, CancellationToken cancellationToken)
    {
        var result = await ledger.WriteAsync(change, cancellationToken);
        if (changed(result))
        {
            notices.RaiseChanged();
            notices.RaisePosted();
        }

        return result;
    }
}
