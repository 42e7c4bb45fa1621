using System.Runtime.ExceptionServices;
using ClaudeBot.Ledger.Sqlite;

namespace ClaudeBot.Queue.Spool;

/// <summary>
/// Keeps <c>queue/</c> and the ledger in step: one good file for each waiting task, and the operator's hand obeyed.
/// The ledger remembers which file it was told stands there, and with what priority; what differs from that is the operator's doing.
/// </summary>
public sealed class Spool(
    SpoolOptions options, DataFolder folder, SqliteSpoolStore store, ITaskQueue queue, Quarantine quarantine, SpoolAdoption adoption, SpoolFiling filing, TimeProvider time)
    : IDisposable
{
    private const string Removed = "queue file removed";

    private static readonly string[] EditorEndings = ["~", ".swp", ".swx", ".tmp", ".part", ".bak"];

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Settling _settling = new(time);
    private readonly Dictionary<string, (FileStamp Stamp, TaskPriority Priority)> _good = [];

    /// <summary>Makes the folders that are missing. When <c>queue/</c> itself was gone, its files were lost, not removed by an operator.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        // The ledger first: after a stop in between, an empty queue/ would look as if an operator had removed every file.
        if (!Directory.Exists(folder.Queue))
            await store.ForgetFilesAsync(cancellationToken);
        folder.Create();
    }

    /// <summary>One look at the folder and the ledger. True when something must be looked at again soon.</summary>
    public async Task<bool> SweepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _settling.BeginRound();
            if (!Directory.Exists(folder.Queue))
                await OpenAsync(cancellationToken);
            await adoption.FinishAsync(cancellationToken);
            await filing.RemoveLeftBehindAsync(cancellationToken);
            var fault = await LookAtFilesAsync(cancellationToken);
            await adoption.FinishAsync(cancellationToken);
            await LookAtTasksAsync(cancellationToken);
            await filing.FileEndsAsync(cancellationToken);
            _settling.EndRound();
            // One file that cannot be dealt with must not keep the others from it.
            fault?.Throw();
            return _settling.IsWatching;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Moves the files that cannot be tasks to <c>corrupted/</c> and gives a waiting task whose file that was a good one
    /// again; obeys nothing else. Files of the last moments are left: they may still be being written.
    /// </summary>
    /// <returns>How many were moved.</returns>
    public async Task<int> SetAsideAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var moved = 0;
            var settledBefore = (time.GetUtcNow() - options.SettleTime).UtcDateTime;
            var waiting = (await store.WaitingAsync(cancellationToken)).ToDictionary(spooled => DataFolder.FileName(spooled.Task.Id));
            foreach (var entry in new DirectoryInfo(folder.Queue).EnumerateFileSystemInfos().ToList())
            {
                if (SpoolFile.Read(entry, options.LargestFile).Fault is not { } fault || entry.LastWriteTimeUtc > settledBefore)
                    continue;
                var spooled = waiting.GetValueOrDefault(entry.Name);
                await quarantine.TakeAsync(entry.FullName, entry.Name, spooled?.Task.Id, fault, cancellationToken);
                if (spooled is not null)
                    await PutAsync(spooled.Task, cancellationToken);
                moved++;
            }

            return moved;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A <see cref="ClaimCheck"/>: takes the claimed task's file away, or objects when an operator did so before.</summary>
    public async Task<string?> CheckClaimAsync(TaskLease lease, CancellationToken cancellationToken)
    {
        if (await TakeFileAsync(lease.Id, cancellationToken))
            return null;
        // Some editors put a file aside for a moment when they save it.
        await Task.Delay(options.SettleTime, time, cancellationToken);
        return await TakeFileAsync(lease.Id, cancellationToken) ? null : Removed;
    }

    public void Dispose() => _turn.Dispose();

    private async Task<bool> TakeFileAsync(TaskId id, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var path = folder.QueueFile(id);
            if (await store.FindAsync(id, cancellationToken) is { IsSpooled: true } && !Path.Exists(path) && Directory.Exists(folder.Queue))
                return false;
            // The ledger first: a file too many is taken away later, a file missed would cancel the task.
            await store.MarkTakenAsync(id, cancellationToken);
            _good.Remove(Path.GetFileName(path));
            if (File.Exists(path))
                FolderEntries.Remove(path);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the last fault of the machine, after all files were looked at.</summary>
    private async Task<ExceptionDispatchInfo?> LookAtFilesAsync(CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? fault = null;
        var waiting = (await store.WaitingAsync(cancellationToken)).ToDictionary(spooled => DataFolder.FileName(spooled.Task.Id));
        foreach (var entry in new DirectoryInfo(folder.Queue).EnumerateFileSystemInfos().OrderBy(entry => entry.LastWriteTimeUtc).ToList())
        {
            try
            {
                await LookAtFileAsync(entry, waiting.GetValueOrDefault(entry.Name), cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                fault = ExceptionDispatchInfo.Capture(exception);
            }
        }

        return fault;
    }

    private async Task LookAtFileAsync(FileSystemInfo entry, SpooledTask? spooled, CancellationToken cancellationToken)
    {
        if (spooled is not null && IsUnchanged(entry, spooled))
            return;
        var reading = SpoolFile.Read(entry, options.LargestFile);
        var fault = reading.Fault;
        if (reading.Content is { } content)
        {
            fault = spooled is not null
                ? await ObeyAsync(entry, spooled, content, cancellationToken)
                : await ConsiderAsync(entry, content, cancellationToken);
        }

        if (fault is not null && Path.Exists(entry.FullName) | entry.LinkTarget is not null
            && _settling.HasSettled(entry.Name, FileStamp.Of(entry), IsEditors(entry.Name) ? options.EditorGrace : options.SettleTime))
        {
            _good.Remove(entry.Name);
            await quarantine.TakeAsync(entry.FullName, entry.Name, spooled?.Task.Id, fault, cancellationToken);
            if (spooled is not null)
                await PutAsync(spooled.Task, cancellationToken);
        }
    }

    /// <summary>A file of a waiting task that is new to this process, or was changed. Gives what is wrong with it.</summary>
    private async Task<string?> ObeyAsync(FileSystemInfo entry, SpooledTask spooled, SpoolContent content, CancellationToken cancellationToken)
    {
        var task = spooled.Task;
        if (content.Id is { } id && id != task.Id)
            return $"Its \"id\" is {id}, its name says {task.Id}.";
        if (spooled.SpooledPriority is { } written && content.Priority != written && content.Priority != task.Priority)
        {
            await queue.SetPriorityAsync(task.Id, content.Priority, cancellationToken);
            task = task with { Priority = content.Priority };
        }

        if (!spooled.IsSpooled || !(await File.ReadAllBytesAsync(entry.FullName, cancellationToken)).AsSpan().SequenceEqual(TaskFile.Waiting(task)))
            await PutAsync(task, cancellationToken);
        else
            _good[entry.Name] = (FileStamp.Of(entry), task.Priority);
        return null;
    }

    /// <summary>A valid file that stands for no waiting task: dropped in, put back, or left over. Gives what is wrong with it.</summary>
    private async Task<string?> ConsiderAsync(FileSystemInfo entry, SpoolContent content, CancellationToken cancellationToken)
    {
        var named = TaskId.TryParse(Path.GetFileNameWithoutExtension(entry.Name), out var id) ? await store.FindAsync(id, cancellationToken) : null;
        switch (named?.Task.State)
        {
            case null:
                if (adoption.Objection(content) is { } objection)
                    return objection;
                // Without room it stays where its owner put it, until there is some.
                if (await store.HasRoomAsync(cancellationToken))
                    await adoption.TakeAsync(entry, content, cancellationToken);
                return null;
            case TaskState.Waiting:
                return null;
            case TaskState.Running:
                if (!named.IsSpooled)
                    entry.Delete();
                return null;
            case TaskState.Failed or TaskState.Cancelled or TaskState.Dead when !named.IsSpooled:
                if (!await queue.RetryAsync(id, "queue file put back", cancellationToken))
                    return $"The task {id} cannot be tried again: its issue has another active task.";
                if (content.Priority != named.Task.Priority)
                    await queue.SetPriorityAsync(id, content.Priority, cancellationToken);
                return null;
            case TaskState.Succeeded or TaskState.NeedsInput when !named.IsSpooled:
                return $"The task {id} is {named.Task.State.Word()}.";
            default:
                return null;
        }
    }

    /// <summary>Puts in the files that are not there yet, and cancels the tasks whose file was removed.</summary>
    private async Task LookAtTasksAsync(CancellationToken cancellationToken)
    {
        foreach (var spooled in await store.WaitingAsync(cancellationToken))
        {
            var name = DataFolder.FileName(spooled.Task.Id);
            if (!spooled.IsSpooled)
                await PutAsync(spooled.Task, cancellationToken);
            else if (!Path.Exists(folder.QueueFile(spooled.Task.Id)) && _settling.HasSettled(name, FileStamp.None, options.SettleTime))
                await store.CancelRemovedAsync(spooled.Task.Id, Removed, cancellationToken);
        }

        await filing.RemoveLeftBehindAsync(cancellationToken);
    }

    private async Task PutAsync(QueuedTask task, CancellationToken cancellationToken)
    {
        var file = new FileInfo(folder.QueueFile(task.Id));
        var stamp = folder.Write(file.FullName, TaskFile.Waiting(task));
        if (await store.MarkSpooledAsync(task.Id, task.Priority, cancellationToken))
            _good[file.Name] = (stamp, task.Priority);
        else
            file.Delete();
    }

    private bool IsUnchanged(FileSystemInfo entry, SpooledTask spooled) =>
        _good.TryGetValue(entry.Name, out var good)
        && good == (FileStamp.Of(entry), spooled.Task.Priority)
        && spooled.SpooledPriority == good.Priority;

    private static bool IsEditors(string name) =>
        name.StartsWith('.') || EditorEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
}
