using System.Globalization;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;

namespace ClaudeBot.Operations.Backups;

/// <summary>What a restore brought back.</summary>
/// <param name="WereRunning">Tasks that ran when the backup was made; they wait now.</param>
/// <param name="PutAside">The folder with the ledger and the queue files that were there before; null when there were none.</param>
internal sealed record Restored(LedgerContent Content, int WereRunning, string? PutAside);

/// <summary>Puts a backup into a data folder on which no bot runs. The caller holds the folder's lock.</summary>
internal sealed class BackupRestorer(TimeProvider time)
{
    private static readonly string[] Replaced = ["ledger.db", "ledger.db-wal", "ledger.db-shm", "queue"];

    /// <param name="force">Also where a ledger is: it is put aside with its queue files, not removed.</param>
    /// <exception cref="BackupException">Nothing was restored; the message says why.</exception>
    /// <exception cref="LedgerVersionException">The backup was made by a newer program.</exception>
    public async Task<Restored> RestoreAsync(string backup, string dataDirectory, bool force, CancellationToken cancellationToken)
    {
        var options = new LedgerOptions { DataDirectory = dataDirectory };
        if (!File.Exists(backup))
            throw new BackupException($"There is no file {backup}; backups lie in {options.BackupDirectory}, or where 'data backup --to' put them.");
        if (File.Exists(options.DatabasePath) && !force)
            throw new BackupException($"The data folder {dataDirectory} has a ledger already. Name an empty folder with --to, or put the ledger aside with --force.");

        var stage = new LedgerOptions { DataDirectory = Path.Combine(dataDirectory, "tmp", $"restore-{Guid.NewGuid():N}") };
        try
        {
            var content = Unpack(backup, stage);
            int running;
            await using (var ledger = new SqliteLedger(stage, time))
                running = await SqliteRestoration.SettleAsync(ledger, Path.GetFileName(backup), time, cancellationToken);
            var aside = PutAside(dataDirectory);
            File.Move(stage.DatabasePath, options.DatabasePath, overwrite: false);
            BackupArchive.MoveFiles(stage.DataDirectory, dataDirectory);
            return new Restored(content, running, aside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LedgerUnavailableException)
        {
            throw new BackupException($"The backup {backup} could not be restored to {dataDirectory}: {error.Message}", error);
        }
        finally
        {
            if (Directory.Exists(stage.DataDirectory))
                Directory.Delete(stage.DataDirectory, recursive: true);
        }
    }

    private static LedgerContent Unpack(string backup, LedgerOptions stage)
    {
        OwnerOnly.CreateDirectory(stage.DataDirectory);
        try
        {
            if (BackupArchive.IsArchive(backup))
            {
                BackupArchive.Extract(backup, stage.DataDirectory);
            }
            else
            {
                File.Copy(backup, stage.DatabasePath);
                OwnerOnly.Restrict(stage.DatabasePath);
            }

            return SqliteBackup.Verify(stage.DatabasePath);
        }
        catch (InvalidDataException error)
        {
            throw new BackupException($"{backup} cannot be restored: {error.Message}. Take another backup.", error);
        }
    }

    /// <summary>
    /// Without the ledger's memory, old queue files would be taken for new tasks, and the missing ones for cancelled ones.
    /// </summary>
    private string? PutAside(string dataDirectory)
    {
        var found = Replaced.Where(name => Path.Exists(Path.Combine(dataDirectory, name))).ToList();
        if (found.Count == 0)
            return null;
        var aside = Path.Combine(dataDirectory, $"replaced-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}");
        OwnerOnly.CreateDirectory(aside);
        foreach (var name in found)
            Directory.Move(Path.Combine(dataDirectory, name), Path.Combine(aside, name));
        return aside;
    }
}
