using Dapper;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Makes a copy of the ledger fit to be worked with in another place, at another time.</summary>
internal static class SqliteRestoration
{
    /// <summary>
    /// Nothing runs in a copy: running tasks wait, with their attempt given back. No queue file stands for its tasks,
    /// and what GitHub shows of active ones may be newer than the copy: both are written again.
    /// </summary>
    /// <returns>How many tasks were running.</returns>
    public static Task<int> SettleAsync(SqliteLedger ledger, string source, TimeProvider time, CancellationToken cancellationToken) => ledger.WriteAsync(
        connection =>
        {
            var now = LedgerUnits.ToMicroseconds(time.GetUtcNow());
            var running = connection.Query<TaskRow>($"SELECT {TaskRow.Columns} FROM tasks WHERE state = 'running'").ToList();
            connection.Execute(
                """
                UPDATE tasks
                SET state = 'waiting', reason = 'A backup was restored; the task is taken up again.', attempts = max(0, attempts - 1),
                    worker = NULL, boot_id = NULL, lease_until = NULL, updated_at = @now
                WHERE state = 'running'
                """,
                new { now });
            connection.Execute("UPDATE tasks SET spooled_priority = NULL WHERE spooled_priority IS NOT NULL");
            connection.Execute("UPDATE tasks SET announced_state = NULL WHERE state IN ('waiting', 'needs_input')");
            foreach (var row in running)
                TaskTable.AppendEvent(connection, row, "task.requeued", "operator", "Back to waiting: a backup was restored.", now);
            EventTable.Append(connection, new EventRow { At = now, Kind = "data.restored", Actor = "operator", Message = $"Restored from {source}." });
            return running.Count;
        },
        cancellationToken);
}
