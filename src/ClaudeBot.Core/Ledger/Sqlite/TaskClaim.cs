using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Picks the next task and leases it, within the caller's transaction.</summary>
internal static class TaskClaim
{
    /// <summary>A wait that was written in the future is over: the clock was put back since, and would stretch it.</summary>
    internal const string Due = "(t.not_before IS NULL OR t.not_before <= @now OR t.updated_at > @now)";

    /// <summary>
    /// The oldest due task of each priority and each repository with room, and of those the first in turn: some
    /// look-ups per repository however long the queue is. A branch that is being worked on is left alone, so that an
    /// issue and the pull request made for it never run side by side.
    /// </summary>
    internal const string NextSql = $"""
        SELECT (SELECT t.seq FROM tasks t
                WHERE t.state = 'waiting' AND t.repository = r.repository AND t.priority = p.priority
                  AND {Due}
                  AND NOT EXISTS (SELECT 1 FROM tasks x WHERE x.state = 'running' AND x.repository = t.repository AND x.branch = t.branch)
                ORDER BY t.seq LIMIT 1) AS next
        FROM repository_turns r CROSS JOIN (SELECT 3 AS priority UNION ALL SELECT 2 UNION ALL SELECT 1 UNION ALL SELECT 0) p
        WHERE next IS NOT NULL
          AND (SELECT count(*) FROM tasks x WHERE x.state = 'running' AND x.repository = r.repository) < @perRepository
        ORDER BY p.priority DESC, r.turn, next
        LIMIT 1
        """;

    /// <summary>
    /// A task whose worker died this often runs alone: what kills the worker is told from what merely ran beside it, and
    /// takes no other task along.
    /// </summary>
    private const int Suspicious = 2;

    public static TaskLease? Claim(SqliteConnection connection, WorkerIdentity worker, QueueOptions options, long now)
    {
        var (running, recoveries) = connection.QuerySingle<(long, long)>("SELECT count(*), coalesce(max(recoveries), 0) FROM tasks WHERE state = 'running'");
        if (running >= options.MaxConcurrentTasks || recoveries >= Suspicious || QueuePause.Reason(connection) is not null)
            return null;
        var next = connection.ExecuteScalar<long?>(NextSql, new { now, perRepository = options.MaxConcurrentPerRepository });
        if (next is null || (running > 0 && connection.ExecuteScalar<long>("SELECT recoveries FROM tasks WHERE seq = @next", new { next }) >= Suspicious))
            return null;

        var row = connection.QuerySingle<TaskRow>(
            $"""
            UPDATE tasks
            SET state = 'running', fence = fence + 1, attempts = attempts + 1, max_attempts = @maxAttempts, worker = @worker,
                boot_id = @bootId, lease_until = @leaseUntil, reason = NULL, not_before = NULL, started_at = @now, updated_at = @now
            WHERE seq = @next
            RETURNING {TaskRow.Columns}
            """,
            new
            {
                next,
                now,
                maxAttempts = options.MaxAttempts,
                worker = worker.Name,
                bootId = worker.BootId,
                leaseUntil = now + (options.LeaseDuration.Ticks / TimeSpan.TicksPerMicrosecond),
            });
        connection.Execute(
            "UPDATE repository_turns SET turn = (SELECT max(turn) + 1 FROM repository_turns) WHERE repository = @repository",
            new { repository = row.Repository });
        TaskTable.AppendEvent(connection, row, "task.running", "bot", $"Attempt {row.Attempts} began on {worker.Name}.", now);
        return new TaskLease(row.ToTask(), row.Fence, worker.Name);
    }
}
