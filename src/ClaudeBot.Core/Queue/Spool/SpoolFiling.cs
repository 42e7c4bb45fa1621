using ClaudeBot.Ledger.Sqlite;

namespace ClaudeBot.Queue.Spool;

/// <summary>
/// Writes the ends of tasks to <c>processed/</c> and <c>failed/</c>. The ledger remembers what was filed, after the
/// file is there: a crash in between writes the same file once more.
/// </summary>
public sealed class SpoolFiling(DataFolder folder, SqliteSpoolStore store)
{
    public async Task FileEndsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var unfiled = await store.UnfiledAsync(cancellationToken);
            foreach (var (task, _) in unfiled)
            {
                var (home, other) = task.State == TaskState.Succeeded ? (folder.Processed, folder.Failed) : (folder.Failed, folder.Processed);
                var name = DataFolder.FileName(task.Id);
                folder.Write(Path.Combine(home, name), TaskFile.Ended(task));
                // An earlier end, before a retry.
                File.Delete(Path.Combine(other, name));
                await store.MarkFiledAsync(task.Id, task.State, cancellationToken);
            }

            if (unfiled.Count == 0)
                return;
        }
    }

    /// <summary>Takes the files of tasks that do not wait any more out of <c>queue/</c>.</summary>
    public async Task RemoveLeftBehindAsync(CancellationToken cancellationToken)
    {
        foreach (var (task, _) in await store.LeftBehindAsync(cancellationToken))
        {
            FolderEntries.Remove(folder.QueueFile(task.Id));
            await store.MarkTakenAsync(task.Id, cancellationToken);
        }
    }
}
