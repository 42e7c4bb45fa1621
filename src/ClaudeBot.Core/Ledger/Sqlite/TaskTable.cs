using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Single tasks within somebody's transaction.</summary>
internal static class TaskTable
{
    public static TaskRow? Find(SqliteConnection connection, TaskId id) => connection.QuerySingleOrDefault<TaskRow>(
        $"SELECT {TaskRow.Columns} FROM tasks WHERE id = @id", new { id = id.Value });

    public static TaskRow? FindActive(SqliteConnection connection, IssueReference issue) => connection.QuerySingleOrDefault<TaskRow>(
        $"""
        SELECT {TaskRow.Columns} FROM tasks
        WHERE repository = @repository AND issue_number = @number
          AND state IN ('waiting', 'running', 'needs_input') AND issue_number IS NOT NULL
        """,
        new { repository = issue.Repository.ToString(), number = issue.Number });

    /// <summary>The lease's row while the lease is held; null afterwards.</summary>
    public static TaskRow? FindHeld(SqliteConnection connection, TaskLease lease) => connection.QuerySingleOrDefault<TaskRow>(
        $"SELECT {TaskRow.Columns} FROM tasks WHERE id = @id AND fence = @fence AND state = 'running'",
        new { id = lease.Id.Value, fence = lease.Fence });

    public static void AppendEvent(SqliteConnection connection, TaskRow task, string kind, string actor, string message, long now) =>
        EventTable.Append(connection, new EventRow
        {
            At = now,
            Kind = kind,
            Actor = actor,
            TaskId = task.Id,
            SubjectRepository = task.Repository,
            SubjectNumber = task.IssueNumber,
            Message = message,
        });
}
