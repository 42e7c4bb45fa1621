using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue.Spool;
using Dapper;

namespace ClaudeBot.Operations;

/// <summary>Compares the queue's files with the ledger, and has the ledger check itself; changes nothing.</summary>
internal sealed class SpoolCheck(SqliteSpoolStore store, DataFolder folder, SpoolOptions options, TimeProvider time)
{
    /// <summary>SQLite's own check of the file (sqlite.org/pragma.html#pragma_integrity_check); empty when it is sound.</summary>
    public static async Task<IReadOnlyList<string>> LedgerFaultsAsync(SqliteLedger ledger, CancellationToken cancellationToken) =>
        [.. (await ledger.ReadAsync(connection => connection.Query<string>("PRAGMA integrity_check").ToArray(), cancellationToken)).Where(line => line != "ok")];

    /// <summary>What differs, in sentences. A running bot may be between two steps, so only what differs at two looks counts.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(CancellationToken cancellationToken)
    {
        var first = await LookAsync(cancellationToken);
        if (first.Count == 0)
            return first;
        await Task.Delay(options.SettleTime * 2, time, cancellationToken);
        return [.. (await LookAsync(cancellationToken)).Intersect(first)];
    }

    private async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var waiting = (await store.WaitingAsync(cancellationToken)).ToDictionary(spooled => DataFolder.FileName(spooled.Task.Id));
        foreach (var entry in Directory.Exists(folder.Queue) ? new DirectoryInfo(folder.Queue).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal) : Enumerable.Empty<FileSystemInfo>())
        {
            var (content, fault) = SpoolFile.Read(entry, options.LargestFile);
            var known = waiting.Remove(entry.Name, out var spooled);
            if (fault is not null)
                found.Add($"queue/{entry.Name} cannot be a task: {fault} The bot moves it to corrupted/{(known ? " and writes a good copy" : "")}.");
            else if (!known)
                found.Add($"queue/{entry.Name} stands for no waiting task. The bot makes a task of it, or takes it away.");
            else if (content!.Id is { } id && id != spooled!.Task.Id)
                found.Add($"queue/{entry.Name} names the task {id}. The bot moves it to corrupted/ and writes a good copy.");
        }

        found.AddRange(waiting.Values.Select(missing => missing.IsSpooled
            ? $"The file of the waiting task {missing.Task.Id} was removed. The bot cancels the task."
            : $"The waiting task {missing.Task.Id} has no file yet. The bot writes it."));
        if ((await store.UnfiledAsync(cancellationToken)).Count is > 0 and var unfiled)
            found.Add($"{unfiled} ended tasks are not in processed/ or failed/ yet. The bot writes them.");
        return found;
    }
}
