using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Operations.Backups;

/// <summary>A finished backup.</summary>
/// <param name="Files">Files in it beside the ledger.</param>
public sealed record Backup(string File, long Bytes, LedgerContent Content, int Files);

/// <summary>Makes backups while the bot works: written aside, checked, and only then given their name.</summary>
internal sealed class BackupMaker(SqliteLedger ledger, IEventLog events, LedgerOptions options)
{
    public const string PartEnding = ".part";

    /// <param name="target">The new file, whose folder is made when it is not there.</param>
    /// <param name="withFiles">Also ends, refused files and transcripts.</param>
    /// <param name="actor">For the event log.</param>
    /// <param name="cancellationToken">Ends the wait; a copy that was begun is finished.</param>
    /// <exception cref="BackupException">There is no backup; the message says why.</exception>
    public async Task<Backup> MakeAsync(string target, bool withFiles, string actor, CancellationToken cancellationToken)
    {
        if (Path.Exists(target))
            throw new BackupException($"{target} is there already, and a backup replaces nothing; name another file, or a folder.");
        var backup = await Task.Run(() => Make(target, withFiles), cancellationToken);
        await events.AppendAsync("data.backed_up", actor, null, null, $"Backup {Path.GetFileName(target)}: {backup.Content.AllTasks} tasks, {backup.Bytes} bytes.", cancellationToken);
        return backup;
    }

    private Backup Make(string target, bool withFiles)
    {
        // In the same folder, so that the last step is a rename.
        var folder = Path.GetDirectoryName(target)!;
        var part = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}{PartEnding}");
        try
        {
            // One that is there may be shared, and keeps its mode.
            if (!Directory.Exists(folder))
                OwnerOnly.CreateDirectory(folder);
            OwnerOnly.CreateDirectory(part);
            var copy = Path.Combine(part, BackupArchive.LedgerName);
            var content = ledger.CopyTo(copy);
            var files = 0;
            if (withFiles)
            {
                var archive = Path.Combine(part, "backup.tar.gz");
                files = BackupArchive.Write(archive, copy, options.DataDirectory);
                copy = archive;
            }

            File.Move(copy, target, overwrite: false);
            return new Backup(target, new FileInfo(target).Length, content, files);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new BackupException($"The backup {target} could not be made: {Cause(error, folder)} Nothing was left there.", error);
        }
        finally
        {
            if (Directory.Exists(part))
                Directory.Delete(part, recursive: true);
        }
    }

    // Codes: sqlite.org/rescode.html; 28 is ENOSPC.
    private static string Cause(Exception error, string folder) => error switch
    {
        SqliteException { SqliteErrorCode: 13 } or IOException { HResult: 28 } => $"the disk of {folder} is full; make room there, or name another folder with --to.",
        UnauthorizedAccessException => $"the folder {folder} cannot be written; give this user write permission, or name another with --to.",
        _ => $"{error.Message.TrimEnd('.')}.",
    };
}
