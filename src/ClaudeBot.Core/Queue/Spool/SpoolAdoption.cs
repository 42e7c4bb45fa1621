using ClaudeBot.Ledger.Sqlite;

namespace ClaudeBot.Queue.Spool;

/// <summary>
/// Makes tasks of files that an operator dropped in. The file gets its task's id by a rename before the ledger hears
/// of it, so that a crash can neither lose nor double the task: whatever lies in <c>tmp/</c> under that name is looked up first.
/// </summary>
public sealed class SpoolAdoption(SpoolOptions options, DataFolder folder, SqliteSpoolStore store, ITaskQueue queue, Quarantine quarantine, TimeProvider time)
{
    private const string Suffix = ".dropped.json";
    private const int LongestTitle = 1000;

    private readonly Dictionary<TaskId, string> _names = [];

    /// <summary>What hinders the content from being a new task; null when nothing does. A task of GitHub may have an empty description, one of an operator not.</summary>
    internal string? Objection(SpoolContent content) =>
        string.IsNullOrWhiteSpace(content.Title) ? "\"title\" must be a text that is not empty."
        : content.Title.Length > LongestTitle ? $"\"title\" is longer than {LongestTitle} characters."
        : string.IsNullOrWhiteSpace(content.Description) ? "\"description\" must be a text that is not empty."
        : content.Repository is null && options.DefaultRepository is null ? "\"repo\" is missing, and no default repository is configured."
        : null;

    /// <summary>Crash point 1, after the rename: <see cref="FinishAsync"/> makes the task at the next start.</summary>
    internal async Task TakeAsync(FileSystemInfo entry, SpoolContent content, CancellationToken cancellationToken)
    {
        var repository = content.Repository ?? options.DefaultRepository!;
        var id = content.Id is { } own && await store.FindAsync(own, cancellationToken) is null
            ? own
            : content.Issue is { } issue ? TaskId.New(new IssueReference(repository, issue)) : TaskId.New(repository);
        _names[id] = entry.Name;
        FolderEntries.Move(entry.FullName, Path.Combine(folder.Temporary, id + Suffix), overwrite: false);
    }

    /// <summary>Makes the tasks of all taken files. Crash point 2, after the task is made: the file is found, its task known, and it is removed.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var file in new DirectoryInfo(folder.Temporary).EnumerateFiles("*" + Suffix))
        {
            if (!TaskId.TryParse(file.Name[..^Suffix.Length], out var id))
                continue;
            string? fault = null;
            if (await store.FindAsync(id, cancellationToken) is null)
            {
                if (!await store.HasRoomAsync(cancellationToken))
                    continue;
                fault = await EnqueueAsync(file, id, cancellationToken);
            }

            if (fault is null)
                file.Delete();
            else
                await quarantine.TakeAsync(file.FullName, _names.GetValueOrDefault(id, DataFolder.FileName(id)), null, fault, cancellationToken);
            _names.Remove(id);
        }
    }

    /// <summary>Gives what is wrong; null when the task stands.</summary>
    private async Task<string?> EnqueueAsync(FileInfo file, TaskId id, CancellationToken cancellationToken)
    {
        var (content, fault) = SpoolFile.Read(file, options.LargestFile);
        if (content is null || Objection(content) is not null)
            return fault ?? Objection(content!);
        var task = new NewTask
        {
            Id = id,
            Kind = TaskKind.Manual,
            Repository = content.Repository ?? options.DefaultRepository!,
            IssueNumber = content.Issue,
            Title = content.Title,
            Description = content.Description,
            Priority = content.Priority,
            RequestedBy = "operator",
            // Whoever drops a file asks now, whatever ended a moment ago.
            ObservedAt = time.GetUtcNow().AddTicks(TimeSpan.TicksPerMicrosecond),
        };
        return await queue.EnqueueAsync(task, cancellationToken) switch
        {
            EnqueueResult.AlreadyActive active => $"{active.Task.Issue} has an active task already: {active.Task.Id}.",
            EnqueueResult.Stale stale => $"The task {stale.Task.Id} ended at this very moment; drop the file again.",
            EnqueueResult.Full full => $"{full.Reason} Drop the file again later.",
            _ => null,
        };
    }
}
