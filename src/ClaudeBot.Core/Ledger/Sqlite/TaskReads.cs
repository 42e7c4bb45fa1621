using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>What people and the other rooms look at.</summary>
internal static class TaskReads
{
    public static IReadOnlyList<QueuedTask> ByIssue(SqliteConnection connection, IssueReference issue) => Query(
        connection,
        "WHERE repository = @repository AND issue_number = @number ORDER BY seq DESC",
        new { repository = issue.Repository.ToString(), number = issue.Number });

    public static IReadOnlyList<QueuedTask> Unannounced(SqliteConnection connection, int limit) => Query(
        connection,
        "WHERE announced_state IS NOT state ORDER BY updated_at, seq LIMIT @limit",
        new { limit });

    public static QueueCounts Count(SqliteConnection connection)
    {
        var states = connection.Query<(string State, long Number)>("SELECT state, number FROM task_counts")
            .ToDictionary(count => TaskWords.ParseState(count.State), count => count.Number);
        var priorities = connection.Query<(long Priority, long Number)>(
                "SELECT priority, count(*) FROM tasks WHERE state = 'waiting' GROUP BY priority")
            .ToDictionary(count => (TaskPriority)count.Priority, count => count.Number);
        return new QueueCounts(
            Enum.GetValues<TaskState>().ToDictionary(state => state, state => states.GetValueOrDefault(state)),
            Enum.GetValues<TaskPriority>().ToDictionary(priority => priority, priority => priorities.GetValueOrDefault(priority)));
    }

    /// <summary>Those that a claim may take. The look is as long as the queue is, which <c>MAX_WAITING_TASKS</c> bounds.</summary>
    public static long CountDue(SqliteConnection connection, long now) => connection.ExecuteScalar<long>(
        $"SELECT count(*) FROM tasks t WHERE t.state = 'waiting' AND {TaskClaim.Due}",
        new { now });

    private static IReadOnlyList<QueuedTask> Query(SqliteConnection connection, string condition, object parameters) =>
        [.. connection.Query<TaskRow>($"SELECT {TaskRow.Columns} FROM tasks {condition}", parameters).Select(row => row.ToTask())];
}
