using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Operations.Retention;

/// <summary>How many files and folders a pruning removed, or would remove; what could not be removed is not counted.</summary>
/// <param name="Ends">What came of tasks, and of what was said about pull requests.</param>
internal sealed record PrunedFiles(int Ends, int Quarantined, int Transcripts, int Sessions, int OldLedgers);

/// <summary>
/// Removes old files of ended work from the data folder. A task that is active keeps all of its own, and the session of
/// an issue stays while anything in it is younger, or a task of the issue is active. What was said about a pull request is written anew by
/// the next task that sees to it.
/// </summary>
internal sealed class OldFiles(DataFolder folder, SpoolOptions spool, LedgerOptions ledger)
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <param name="active">The tasks that wait, run or ask.</param>
    /// <param name="before">What was written last before this time goes.</param>
    /// <param name="remove">False: only count.</param>
    public PrunedFiles Prune(IReadOnlyCollection<QueuedTask> active, DateTimeOffset before, bool remove)
    {
        var ids = active.Select(task => task.Id.Value).ToHashSet(StringComparer.Ordinal);
        var homes = active.Select(task => task.Issue is { } issue ? $"{issue.Repository.Owner}--{issue.Repository.Name}--issue-{issue.Number}" : task.Id.Value)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new PrunedFiles(
            Count(Files(folder.Processed).Concat(Files(folder.Failed)).Concat(Files(Data("pr_feedback"))).Where(file => IsOld(file) && !ids.Contains(Path.GetFileNameWithoutExtension(file.Name)))),
            remove ? new QuarantinedFiles(folder, spool).RemoveOlder(before) : new QuarantinedFiles(folder, spool).List().Count(file => file.MovedAt < before),
            Count(Files(Data("transcripts")).Where(file => IsOld(file) && !ids.Contains(TaskOf(file)))),
            Count(Folders(Data("sessions")).Where(home => !homes.Contains(home.Name) && IsUntouched(home))),
            Count(Files(ledger.BackupDirectory).Where(file => IsOld(file) && file.Name.StartsWith("ledger-before-", StringComparison.Ordinal))
                .Concat<FileSystemInfo>(Folders(ledger.DataDirectory).Where(aside => IsOld(aside) && aside.Name.StartsWith("replaced-", StringComparison.Ordinal)))));

        bool IsOld(FileSystemInfo entry) => entry.LastWriteTimeUtc < before.UtcDateTime;
        bool IsUntouched(DirectoryInfo home) => IsOld(home) && home.EnumerateFileSystemInfos("*", Everything).All(IsOld);
        int Count(IEnumerable<FileSystemInfo> doomed) => doomed.ToList().Count(entry => !remove || Remove(entry));
    }

    private string Data(string name) => Path.Combine(ledger.DataDirectory, name);

    /// <summary><c>ID-1.ndjson</c>, <c>ID-1-repair-2.ndjson</c>: an id holds hyphens too, an attempt is a number.</summary>
    private static string TaskOf(FileInfo transcript)
    {
        var name = Path.GetFileNameWithoutExtension(transcript.Name);
        var repair = name.LastIndexOf("-repair-", StringComparison.Ordinal);
        var attempt = repair < 0 ? name : name[..repair];
        return attempt.LastIndexOf('-') is > 0 and var end ? attempt[..end] : attempt;
    }

    private static IEnumerable<FileInfo> Files(string path) => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateFiles() : [];

    private static IEnumerable<DirectoryInfo> Folders(string path) => Directory.Exists(path) ? new DirectoryInfo(path).EnumerateDirectories() : [];

    private static bool Remove(FileSystemInfo entry)
    {
        try
        {
            if (entry is DirectoryInfo directory && directory.LinkTarget is null)
                directory.Delete(recursive: true);
            else
                entry.Delete();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An agent may have closed a folder of its own; the next pruning tries again.
            return false;
        }
    }
}
