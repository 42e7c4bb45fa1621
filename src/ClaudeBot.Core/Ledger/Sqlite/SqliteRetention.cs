using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>How many rows a pruning removed, or would remove.</summary>
/// <param name="Tasks">Ended tasks with their attempts, steps and spend.</param>
/// <param name="Emptied">
/// Ended tasks that stay, as the memory of their issue, without attempts, steps and spend; those that succeeded without their text.
/// </param>
public sealed record PrunedRows(int Tasks, int Emptied, int Deliveries, int Events);

/// <summary>
/// Removes old rows. What later runs stand on stays: active tasks with all that is theirs, and of each issue and each
/// pull request the task that ended last, because it holds the branch and tells that the work was done, and the one that
/// last brought a commit there, because it tells whose that is. What is to go is looked up beside the writer; the removal
/// itself is made in small transactions. The database lets events go only after an event that says so.
/// </summary>
public sealed class SqliteRetention(SqliteLedger ledger, TimeProvider time)
{
    /// <summary>
    /// Nothing younger goes, whatever is asked: GitHub redelivers for three days, and a redelivery is known by its id; spend
    /// caps look back two days.
    /// </summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(3);

    private const int Chunk = 500;

    /// <summary>More than the two minutes by which a poll's window overlaps what was read.</summary>
    private static readonly TimeSpan WindowMargin = TimeSpan.FromHours(1);

    private const string IsMemory = """
        ((t.issue_number IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM tasks n WHERE n.repository = t.repository AND n.issue_number = t.issue_number
                AND (n.ended_at IS NULL OR n.ended_at > t.ended_at OR (n.ended_at = t.ended_at AND n.seq > t.seq))))
        OR (t.pull_request_number IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM tasks n WHERE n.repository = t.repository AND n.pull_request_number = t.pull_request_number AND n.pull_request_number IS NOT NULL
                AND (n.head_sha IS NOT NULL OR t.head_sha IS NULL)
                AND (n.ended_at IS NULL OR n.ended_at > t.ended_at OR (n.ended_at = t.ended_at AND n.seq > t.seq)))))
        """;

    // The plus keeps SQLite from going through every ended task by its state.
    private const string Old = "t.ended_at < @before AND t.ended_at IS NOT NULL AND +t.state IN ('succeeded', 'failed', 'cancelled', 'dead')";

    internal const string OldTasksSql = $"SELECT t.seq FROM tasks t WHERE {Old} AND NOT {IsMemory}";

    internal const string FullMemoriesSql = $"""
        SELECT t.seq FROM tasks t WHERE {Old} AND {IsMemory}
          AND ((t.state = 'succeeded' AND t.description <> '')
            OR EXISTS (SELECT 1 FROM attempts a WHERE a.task_id = t.id)
            OR EXISTS (SELECT 1 FROM steps s WHERE s.task_id = t.id)
            OR EXISTS (SELECT 1 FROM spend m WHERE m.task_id = t.id))
        """;

    internal const string OldDeliveriesSql = "SELECT seq FROM deliveries WHERE decided_at < @before AND decided_at IS NOT NULL";

    internal const string OldEventsSql = """
        SELECT e.seq FROM events e
        WHERE e.at < @before AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = e.task_id AND t.ended_at IS NULL)
        """;

    /// <summary>Remarks whose words nobody needs any more: no task of their pull request is active or young, and theirs, if they have one, cannot be tried again.</summary>
    internal const string OldRemarksSql = $"""
        SELECT r.seq FROM remarks r
        WHERE r.task_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = r.task_id AND t.state <> 'succeeded') AND {IsOldRemark}
        UNION ALL
        SELECT r.seq FROM remarks r WHERE r.task_id IS NULL AND r.outcome IS NOT NULL AND {IsOldRemark}
        """;

    private const string IsOldRemark = """
        r.seen_at < @before AND r.detail ->> 'text' <> ''
          AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.repository = r.repository AND t.issue_number = r.number AND (t.ended_at IS NULL OR t.ended_at >= @before))
          AND NOT EXISTS (
            SELECT 1 FROM tasks t WHERE t.repository = r.repository AND t.pull_request_number = r.number AND t.pull_request_number IS NOT NULL
                AND (t.ended_at IS NULL OR t.ended_at >= @before))
        """;

    /// <summary>The kind of the event without which no event can be removed; the migration that refuses it names it too.</summary>
    internal const string EventsPruned = "events.pruned";

    private const string Given = "SELECT value FROM json_each(@seqs)";

    /// <summary>Counts what <see cref="PruneAsync"/> would remove.</summary>
    public Task<PrunedRows> CountAsync(DateTimeOffset before, CancellationToken cancellationToken) => ledger.ReadAsync(
        connection => new PrunedRows(
            Find(connection, OldTasksSql, before).Count,
            Find(connection, FullMemoriesSql, before).Count,
            Find(connection, OldDeliveriesSql, before).Count,
            Find(connection, OldEventsSql, before).Count),
        cancellationToken);

    /// <summary>Removes what ended, was decided or happened before the given time, and at least <see cref="Shortest"/> ago.</summary>
    /// <param name="actor">Who wants it: for the event log.</param>
    /// <exception cref="LedgerUnavailableException">It cannot be written now; what was removed until then stays removed.</exception>
    public async Task<PrunedRows> PruneAsync(DateTimeOffset before, string actor, CancellationToken cancellationToken)
    {
        // Some hundred a month at most, each of use for three days. A comment's row goes only once the comment is in no poll's
        // window any more: the window begins before the newest comment, however long ago that was, and the margin is for clocks that differ.
        // An order that old is handed over by no status web.
        await ledger.WriteAsync(
            connection => connection.Execute(
                """
                DELETE FROM redeliveries WHERE asked_at < @before;
                DELETE FROM commands
                WHERE at < @before AND at < coalesce((SELECT c.at FROM cursors c WHERE c.source = 'comments:' || commands.repository), @before) - @margin;
                DELETE FROM orders WHERE at < @before;
                DELETE FROM outbox WHERE ended_at < @before AND ended_at IS NOT NULL;
                """,
                new { before = LedgerUnits.ToMicroseconds(Clamp(before)), margin = (long)WindowMargin.TotalMicroseconds }),
            cancellationToken);
        var pruned = new PrunedRows(
            await RemoveAsync(OldTasksSql, before, $"DELETE FROM tasks AS t WHERE t.seq IN ({Given}) AND {Old}", cancellationToken),
            await RemoveAsync(
                FullMemoriesSql,
                before,
                $"""
                DELETE FROM attempts WHERE task_id IN (SELECT t.id FROM tasks t WHERE t.seq IN ({Given}) AND {Old});
                DELETE FROM steps WHERE task_id IN (SELECT t.id FROM tasks t WHERE t.seq IN ({Given}) AND {Old});
                DELETE FROM spend WHERE task_id IN (SELECT t.id FROM tasks t WHERE t.seq IN ({Given}) AND {Old});
                UPDATE tasks AS t SET description = '' WHERE t.seq IN ({Given}) AND {Old} AND t.state = 'succeeded';
                """,
                cancellationToken),
            await RemoveAsync(OldDeliveriesSql, before, $"DELETE FROM deliveries WHERE seq IN ({Given})", cancellationToken),
            await RemoveEventsAsync(before, actor, cancellationToken));
        await EmptyRemarksAsync(before, cancellationToken);
        return pruned;
    }

    /// <summary>Gives the space of removed rows back to the disk. Locks the ledger for its length: only where no bot runs.</summary>
    /// <returns>Bytes given back.</returns>
    public long Shrink() => ledger.Shrink();

    /// <summary>A remark itself stays, or a poll would take it for a new one; what was said goes like the text of its task.</summary>
    private Task<int> EmptyRemarksAsync(DateTimeOffset before, CancellationToken cancellationToken) => RemoveAsync(
        OldRemarksSql, before, $"UPDATE remarks SET detail = json_object('text', '', 'url', detail ->> 'url') WHERE seq IN ({Given})", cancellationToken);

    private async Task<int> RemoveEventsAsync(DateTimeOffset before, string actor, CancellationToken cancellationToken)
    {
        var count = (await ledger.ReadAsync(connection => Find(connection, OldEventsSql, before), cancellationToken)).Count;
        if (count == 0)
            return 0;

        var now = LedgerUnits.ToMicroseconds(time.GetUtcNow());
        var message = string.Create(CultureInfo.InvariantCulture, $"{count} events before {Clamp(before):yyyy-MM-dd HH:mm} UTC go now.");
        await ledger.WriteAsync(connection => EventTable.Append(connection, new EventRow { At = now, Kind = EventsPruned, Actor = actor, Message = message }), cancellationToken);
        return await RemoveAsync(OldEventsSql, before, $"DELETE FROM events WHERE seq IN ({Given})", cancellationToken);
    }

    private async Task<int> RemoveAsync(string what, DateTimeOffset before, string sql, CancellationToken cancellationToken)
    {
        var found = await ledger.ReadAsync(connection => Find(connection, what, before), cancellationToken);
        foreach (var chunk in found.Chunk(Chunk))
        {
            var parameters = new { seqs = JsonSerializer.Serialize(chunk), before = LedgerUnits.ToMicroseconds(Clamp(before)) };
            await ledger.WriteAsync(connection => connection.Execute(sql, parameters), cancellationToken);
        }

        return found.Count;
    }

    private IReadOnlyList<long> Find(SqliteConnection connection, string sql, DateTimeOffset before) =>
        [.. connection.Query<long>(sql, new { before = LedgerUnits.ToMicroseconds(Clamp(before)) })];

    private DateTimeOffset Clamp(DateTimeOffset before)
    {
        var latest = time.GetUtcNow() - Shortest;
        return before < latest ? before : latest;
    }
}
