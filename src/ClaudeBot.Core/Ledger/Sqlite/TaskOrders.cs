using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>What people have done to single tasks, within the caller's transaction. Each says false when the state does not allow it.</summary>
internal static class TaskOrders
{
    public static bool Cancel(SqliteConnection connection, TaskRow row, string reason, string by, long now)
    {
        if (!row.ToTask().IsActive)
            return false;
        TaskReturn.End(connection, row, new TaskOutcome { State = TaskState.Cancelled, Reason = reason }, now, by);
        return true;
    }

    public static bool Retry(SqliteConnection connection, TaskRow row, string reason, string by, long now)
    {
        if (TaskWords.ParseState(row.State) is not (TaskState.Failed or TaskState.Cancelled or TaskState.Dead or TaskState.NeedsInput))
            return false;
        if (row.ToTask().Issue is { } issue && TaskTable.FindActive(connection, issue) is { } active && active.Seq != row.Seq)
            return false;
        connection.Execute(
            """
            UPDATE tasks
            SET state = 'waiting', reason = @reason, attempts = 0, recoveries = 0, not_before = NULL, ended_at = NULL, awaits = NULL,
                spooled_priority = NULL, filed = 0, updated_at = @now
            WHERE seq = @seq
            """,
            new { reason, now, seq = row.Seq });
        // A run that ended the task is not gone on with: the next try starts from nothing. One that was cut off, or gave up for a time, is.
        connection.Execute(
            "DELETE FROM steps WHERE task_id = @id AND EXISTS (SELECT 1 FROM steps c WHERE c.task_id = @id AND c.step = 'close' AND c.intent ->> 'ending' IN ('failed', 'cancelled'))",
            new { id = row.Id });
        TaskTable.AppendEvent(connection, row, "task.retried", by, reason, now);
        return true;
    }

    public static bool SetPriority(SqliteConnection connection, TaskRow row, TaskPriority priority, string by, long now)
    {
        if (!row.ToTask().IsActive)
            return false;
        if (row.Priority == (int)priority)
            return true;
        connection.Execute("UPDATE tasks SET priority = @priority, updated_at = @now WHERE seq = @seq", new { priority = (int)priority, now, seq = row.Seq });
        TaskTable.AppendEvent(connection, row, "task.priority", by, $"Priority {((TaskPriority)row.Priority).Word()} → {priority.Word()}.", now);
        return true;
    }

    /// <summary>running → needs_input, by its own worker. Waiting for people uses no attempt.</summary>
    public static bool Ask(SqliteConnection connection, TaskRow row, InputRequest request, long now)
    {
        Park(connection, row, request.Awaits, request.Reason, now);
        connection.Execute("UPDATE steps SET result = '{}', ended_at = @now WHERE task_id = @id AND step = 'asked'", new { now, id = row.Id });
        TaskTable.AppendEvent(connection, row, "task.needs_input", "bot", request.Reason, now);
        if (request.Comment is { } comment && row.ToTask().Issue is { } issue)
            OutboxTable.AddComment(connection, $"ask:{row.Id}:{row.Fence}", issue, comment, now);
        Notices.OfQuestion(connection, row, request, now);
        return true;
    }

    /// <summary>waiting or running → needs_input, by somebody's order; a worker loses its lease.</summary>
    public static bool Pause(SqliteConnection connection, TaskRow row, string reason, string by, long now)
    {
        if (TaskWords.ParseState(row.State) is not (TaskState.Waiting or TaskState.Running))
            return false;
        Park(connection, row, AwaitedInput.Pause, reason, now);
        TaskTable.AppendEvent(connection, row, "task.paused", by, reason, now);
        return true;
    }

    /// <summary>needs_input → waiting.</summary>
    public static bool GoOn(SqliteConnection connection, TaskRow row, string reason, string by, long now)
    {
        if (TaskWords.ParseState(row.State) != TaskState.NeedsInput)
            return false;
        connection.Execute(
            "UPDATE tasks SET state = 'waiting', reason = @reason, awaits = NULL, not_before = NULL, updated_at = @now WHERE seq = @seq",
            new { reason, now, seq = row.Seq });
        TaskTable.AppendEvent(connection, row, "task.resumed", by, reason, now);
        return true;
    }

    private static int Park(SqliteConnection connection, TaskRow row, AwaitedInput awaits, string reason, long now) => connection.Execute(
        """
        UPDATE tasks
        SET state = 'needs_input', awaits = @awaits, reason = @reason, updated_at = @now, not_before = NULL,
            attempts = CASE WHEN state = 'running' THEN max(0, attempts - 1) ELSE attempts END,
            fence = CASE WHEN state = 'running' AND @awaits = 'pause' THEN fence + 1 ELSE fence END,
            worker = NULL, boot_id = NULL, lease_until = NULL
        WHERE seq = @seq
        """,
        new { awaits = awaits.Word(), reason, now, seq = row.Seq });
}
