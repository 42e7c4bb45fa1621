using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Operations.Retention;

/// <summary>Removes what is over and old: rows of the ledger, and the files that belong to it.</summary>
internal sealed class DataRetention(SqliteRetention rows, ITaskQueue queue, IEventLog events, SpoolOptions spool, LedgerOptions ledger)
{
    /// <param name="before">What ended, was decided, happened or was written before this time goes.</param>
    /// <param name="actor">For the event log; null: only count.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be written now.</exception>
    public async Task<(PrunedRows Rows, PrunedFiles Files)> PruneAsync(DateTimeOffset before, string? actor, CancellationToken cancellationToken)
    {
        var active = await queue.ListAsync(new TaskFilter { States = TaskStates.Active, Limit = int.MaxValue }, cancellationToken);
        var files = new OldFiles(new DataFolder(spool), spool, ledger).Prune(active, before, remove: actor is not null);
        if (actor is null)
            return (await rows.CountAsync(before, cancellationToken), files);

        var pruned = await rows.PruneAsync(before, actor, cancellationToken);
        await events.AppendAsync(
            "data.pruned",
            actor,
            null,
            null,
            $"Before {before:yyyy-MM-dd HH:mm} UTC: {pruned.Tasks} tasks, {pruned.Emptied} emptied, {pruned.Deliveries} deliveries, {pruned.Events} events, {files.Ends + files.Quarantined + files.Transcripts} files, {files.Sessions} sessions.",
            cancellationToken);
        return (pruned, files);
    }
}
