using System.Globalization;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Ways back from running, and ways out, within the caller's transaction. Each clears the lease.</summary>
internal static class TaskReturn
{
    /// <summary>A task whose worker died this often, and once more, is not started again: it may be what kills the worker.</summary>
    private const int MostRecoveries = 3;

    public static bool Requeue(SqliteConnection connection, TaskLease lease, string reason, long? notBefore, bool countsAttempt, long now)
    {
        if (TaskTable.FindHeld(connection, lease) is not { } row)
            return false;
        if (countsAttempt && row.Attempts >= row.MaxAttempts)
        {
            End(connection, row, new TaskOutcome { State = TaskState.Dead, Reason = reason }, now);
            return true;
        }

        Wait(connection, row, reason, notBefore, countsAttempt ? row.Attempts : row.Attempts - 1, row.Recoveries, now);
        TaskTable.AppendEvent(connection, row, "task.requeued", "bot", $"Back to waiting: {reason}", now);
        return true;
    }

    /// <summary>Gives the task when it waits again; null when it was given up.</summary>
    public static QueuedTask? Recover(SqliteConnection connection, TaskRow row, long now)
    {
        var evidence = $"The worker {row.Worker} died while it ran; its transcripts are transcripts/{row.Id}-*.ndjson in the data folder.";
        if (row.Recoveries >= MostRecoveries)
        {
            // The reason is shown on GitHub, too: it names no machine.
            var reason = $"Its worker died {row.Recoveries + 1} times while it ran ({Deaths(connection, row, now)}); not started again. "
                + $"Read transcripts/{row.Id}-*.ndjson in the data folder, look for what ends the process, then retry it.";
            TaskTable.AppendEvent(connection, row, "task.worker_died", "bot", evidence, now);
            End(connection, row, new TaskOutcome { State = TaskState.Dead, Reason = reason }, now);
            return null;
        }

        Wait(connection, row, "The worker died; the task is taken up again.", notBefore: null, row.Attempts - 1, row.Recoveries + 1, now);
        TaskTable.AppendEvent(connection, row, "task.reclaimed", "bot", $"{evidence} Back to waiting, recovery {row.Recoveries + 1} of {MostRecoveries}.", now);
        return TaskTable.Find(connection, TaskId.Parse(row.Id))!.ToTask();
    }

    public static void End(SqliteConnection connection, TaskRow row, TaskOutcome outcome, long now, string actor = "bot")
    {
        connection.Execute(
            """
            UPDATE tasks
            SET state = @state, reason = @reason, ended_at = @now, updated_at = @now, filed = 0, not_before = NULL, awaits = NULL,
                fence = CASE WHEN state = 'running' AND @state = 'cancelled' THEN fence + 1 ELSE fence END,
                worker = NULL, boot_id = NULL, lease_until = NULL,
                pull_request_number = coalesce(@PullRequestNumber, pull_request_number),
                pull_request_url = coalesce(@PullRequestUrl, pull_request_url),
                head_sha = coalesce(@HeadSha, head_sha)
            WHERE seq = @seq
            """,
            new
            {
                seq = row.Seq,
                state = outcome.State.Word(),
                reason = outcome.Reason,
                now,
                outcome.PullRequestNumber,
                outcome.PullRequestUrl,
                outcome.HeadSha,
            });
        TaskTable.AppendEvent(connection, row, $"task.{outcome.State.Word()}", actor, outcome.Reason, now);
        if (outcome.State != TaskState.Cancelled)
            Notices.OfEnd(connection, row, outcome, now);
        if (outcome.State == TaskState.Succeeded)
            FollowUp(connection, row, now);
    }

    /// <summary>What somebody asked for while the task was at work, and no agent was told: a task of its own, since this one is done.</summary>
    private static void FollowUp(SqliteConnection connection, TaskRow row, long now)
    {
        var asked = connection.QueryFirstOrDefault<(string Actor, long ActorId)?>(
            "SELECT actor, actor_id FROM inputs WHERE task_id = @id AND kind = 'instruction' AND taken = 0 ORDER BY seq LIMIT 1", new { id = row.Id });
        if (asked is not var (actor, actorId))
            return;
        var task = new NewTask
        {
            Kind = TaskKind.Manual,
            Repository = RepositoryName.Parse(row.Repository),
            IssueNumber = row.IssueNumber,
            Title = row.Title,
            Description = row.Description,
            Priority = (TaskPriority)row.Priority,
            RequestedBy = actor,
            RequestedById = actorId,
            // This very end does not make it stale.
            ObservedAt = LedgerUnits.ToTime(now + 1),
        };
        if (TaskAdmission.Enqueue(connection, task, int.MaxValue, now) is EnqueueResult.Added added)
        {
            connection.Execute(
                "UPDATE inputs SET task_id = @next WHERE task_id = @id AND kind = 'instruction' AND taken = 0", new { next = added.Task.Id.Value, id = row.Id });
        }
    }

    /// <summary>When the deaths since the last retry were noticed, this one included.</summary>
    private static string Deaths(SqliteConnection connection, TaskRow row, long now) => string.Join(", ", connection.Query<long>(
        """
        SELECT at FROM events
        WHERE task_id = @id AND kind = 'task.reclaimed'
          AND seq > coalesce((SELECT max(seq) FROM events WHERE task_id = @id AND kind = 'task.retried'), 0)
        ORDER BY seq
        """,
        new { id = row.Id }).Append(now).Select(at => LedgerUnits.ToTime(at).ToString("u", CultureInfo.InvariantCulture)));

    private static void Wait(SqliteConnection connection, TaskRow row, string reason, long? notBefore, int attempts, int recoveries, long now) =>
        connection.Execute(
            """
            UPDATE tasks
            SET state = 'waiting', reason = @reason, not_before = @notBefore, attempts = max(0, @attempts), recoveries = @recoveries,
                worker = NULL, boot_id = NULL, lease_until = NULL, updated_at = @now
            WHERE seq = @seq
            """,
            new { seq = row.Seq, reason, notBefore, attempts, recoveries, now });
}
