using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// Makes a task, or says why not, within somebody's transaction: the queue's, or the one that decides a delivery.
/// </summary>
internal static class TaskAdmission
{
    public static EnqueueResult Enqueue(SqliteConnection connection, NewTask task, int mostWaiting, long now)
    {
        if (task.Id is { } given && TaskTable.Find(connection, given) is { } same)
            return Known(same.ToTask());
        var issue = task.IssueNumber is { } number ? new IssueReference(task.Repository, number) : null;
        if (issue is not null)
        {
            if (TaskTable.FindActive(connection, issue) is { } active)
                return new EnqueueResult.AlreadyActive(active.ToTask());
            if (FindEndedSince(connection, issue, task.ObservedAt, now) is { } ended)
                return new EnqueueResult.Stale(ended.ToTask());
        }

        if (!HasRoom(connection, mostWaiting))
            return new EnqueueResult.Full(mostWaiting);
        var id = task.Id ?? (issue is null ? TaskId.New(task.Repository) : TaskId.New(issue));
        var branch = issue is null
            ? BranchName.ForTask(id, task.Title)
            : FindBranch(connection, issue) ?? BranchName.ForIssue(issue.Number, task.Title);
        Insert(connection, task, id, branch, now);
        var row = TaskTable.Find(connection, id)!;
        TaskTable.AppendEvent(connection, row, "task.queued", task.RequestedBy, $"Queued with priority {task.Priority.Word()}, asked for by {task.RequestedBy}.", now);
        return new EnqueueResult.Added(row.ToTask());
    }

    public static bool HasRoom(SqliteConnection connection, int mostWaiting) =>
        connection.ExecuteScalar<long>("SELECT number FROM task_counts WHERE state = 'waiting'") < mostWaiting;

    private static EnqueueResult Known(QueuedTask task) =>
        task.IsActive ? new EnqueueResult.AlreadyActive(task) : new EnqueueResult.Stale(task);

    /// <summary>An end in the future was written before the clock was put back: it says nothing about what came first.</summary>
    private static TaskRow? FindEndedSince(SqliteConnection connection, IssueReference issue, DateTimeOffset observedAt, long now) =>
        connection.QueryFirstOrDefault<TaskRow>(
            $"""
            SELECT {TaskRow.Columns} FROM tasks
            WHERE repository = @repository AND issue_number = @number AND ended_at >= @observed AND ended_at <= @now
            ORDER BY ended_at DESC LIMIT 1
            """,
            new { repository = issue.Repository.ToString(), number = issue.Number, observed = LedgerUnits.ToMicroseconds(observedAt), now });

    /// <summary>The branch of earlier work on the issue; for a pull request that the bot opened, the branch it was opened from.</summary>
    private static string? FindBranch(SqliteConnection connection, IssueReference issue) =>
        connection.QueryFirstOrDefault<string>(
            """
            SELECT branch FROM (
                SELECT seq, branch FROM tasks WHERE repository = @repository AND issue_number = @number
                UNION ALL
                SELECT seq, branch FROM tasks WHERE repository = @repository AND pull_request_number = @number AND pull_request_number IS NOT NULL)
            ORDER BY seq LIMIT 1
            """,
            new { repository = issue.Repository.ToString(), number = issue.Number });

    private static void Insert(SqliteConnection connection, NewTask task, TaskId id, string branch, long now)
    {
        var repository = task.Repository.ToString();
        connection.Execute("INSERT INTO repository_turns (repository) VALUES (@repository) ON CONFLICT DO NOTHING", new { repository });
        connection.Execute(
            """
            INSERT INTO tasks (id, kind, repository, issue_number, title, description, priority, state, requested_by,
                               requested_by_id, branch, created_at, updated_at, plan_first)
            VALUES (@id, @kind, @repository, @issueNumber, @title, @description, @priority, 'waiting', @requestedBy,
                    @requestedById, @branch, @now, @now, @planFirst)
            """,
            new
            {
                id = id.Value,
                kind = task.Kind.Word(),
                repository,
                issueNumber = task.IssueNumber,
                title = task.Title,
                description = task.Description,
                priority = (int)task.Priority,
                requestedBy = task.RequestedBy,
                requestedById = task.RequestedById,
                branch,
                now,
                planFirst = task.PlanFirst,
            });
    }
}
