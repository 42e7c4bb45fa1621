using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>What the ledger remembers for the spool: which tasks have a file there, which ends were filed.</summary>
public sealed class SqliteSpoolStore(SqliteLedger ledger, QueueNotices notices, TimeProvider time)
{
    // By state alone SQLite would walk through every task that ever ended, so the index is named.
    internal const string UnfiledFrom =
        "tasks INDEXED BY tasks_unfiled WHERE filed = 0 AND state IN ('succeeded', 'failed', 'cancelled', 'dead') ORDER BY seq LIMIT 500";

    internal const string LeftBehindFrom =
        "tasks INDEXED BY tasks_spooled WHERE spooled_priority IS NOT NULL AND state NOT IN ('waiting', 'running') ORDER BY seq";

    public Task<SpooledTask?> FindAsync(TaskId id, CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskTable.Find(connection, id) is { } row ? ToSpooled(row) : null, cancellationToken);

    /// <summary>True while new tasks are let in.</summary>
    public Task<bool> HasRoomAsync(CancellationToken cancellationToken) =>
        ledger.ReadAsync(connection => TaskAdmission.HasRoom(connection, ledger.Options.MaxWaitingTasks), cancellationToken);

    /// <summary>All waiting tasks, oldest first.</summary>
    public Task<IReadOnlyList<SpooledTask>> WaitingAsync(CancellationToken cancellationToken) =>
        QueryAsync("tasks WHERE state = 'waiting' ORDER BY seq", cancellationToken);

    /// <summary>Tasks that neither wait nor run and whose file may still stand in <c>queue/</c>.</summary>
    public Task<IReadOnlyList<SpooledTask>> LeftBehindAsync(CancellationToken cancellationToken) =>
        QueryAsync(LeftBehindFrom, cancellationToken);

    /// <summary>Ended tasks that are not in <c>processed/</c> or <c>failed/</c> yet, oldest first.</summary>
    public Task<IReadOnlyList<SpooledTask>> UnfiledAsync(CancellationToken cancellationToken) =>
        QueryAsync(UnfiledFrom, cancellationToken);

    /// <summary>The task's file stands in the spool. False when the task does not wait any more.</summary>
    public Task<bool> MarkSpooledAsync(TaskId id, TaskPriority priority, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE tasks SET spooled_priority = @priority WHERE id = @id AND state = 'waiting'",
        new { id = id.Value, priority = (int)priority },
        cancellationToken);

    /// <summary>The task's file is about to go, or gone, by the bot's own hand.</summary>
    public Task<bool> MarkTakenAsync(TaskId id, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE tasks SET spooled_priority = NULL WHERE id = @id AND state <> 'waiting'", new { id = id.Value }, cancellationToken);

    /// <summary>The whole folder was lost: no missing file means anything.</summary>
    public Task<bool> ForgetFilesAsync(CancellationToken cancellationToken) =>
        ExecuteAsync("UPDATE tasks SET spooled_priority = NULL WHERE spooled_priority IS NOT NULL", new { }, cancellationToken);

    /// <summary>The end was written to its file. False when the task has another state by now.</summary>
    public Task<bool> MarkFiledAsync(TaskId id, TaskState state, CancellationToken cancellationToken) => ExecuteAsync(
        "UPDATE tasks SET filed = 1 WHERE id = @id AND state = @state", new { id = id.Value, state = state.Word() }, cancellationToken);

    /// <summary>Cancels a task whose file an operator removed; only while it waits and had a file.</summary>
    public async Task<bool> CancelRemovedAsync(TaskId id, string reason, CancellationToken cancellationToken)
    {
        var cancelled = await ledger.WriteAsync(
            connection =>
            {
                if (TaskTable.Find(connection, id) is not { State: "waiting", SpooledPriority: not null } row)
                    return false;
                var outcome = new TaskOutcome { State = TaskState.Cancelled, Reason = reason };
                TaskReturn.End(connection, row, outcome, LedgerUnits.ToMicroseconds(time.GetUtcNow()), "operator");
                return true;
            },
            cancellationToken);
        if (cancelled)
            notices.RaiseChanged();
        return cancelled;
    }

    private Task<bool> ExecuteAsync(string sql, object parameters, CancellationToken cancellationToken) =>
        ledger.WriteAsync(connection => connection.Execute(sql, parameters) > 0, cancellationToken);

    private Task<IReadOnlyList<SpooledTask>> QueryAsync(string from, CancellationToken cancellationToken) =>
        ledger.ReadAsync<IReadOnlyList<SpooledTask>>(
            connection => [.. connection.Query<TaskRow>($"SELECT {TaskRow.Columns} FROM {from}").Select(ToSpooled)],
            cancellationToken);

    private static SpooledTask ToSpooled(TaskRow row) => new(row.ToTask(), (TaskPriority?)row.SpooledPriority);
}
