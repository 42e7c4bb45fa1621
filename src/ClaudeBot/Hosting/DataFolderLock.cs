namespace ClaudeBot.Hosting;

/// <summary>Another program could not be reached, or something outside is missing: exit code 69.</summary>
public sealed class UnavailableException(string message) : Exception(message);

/// <summary>
/// Keeps a data folder for one bot, or for one that takes in and the workers beside it. The operating system gives the
/// lock back when the process dies, however it dies.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    /// <summary>
    /// Verbs that ask whether a bot runs hold the lock for some microseconds. What is still held after this is a bot's.
    /// </summary>
    private static readonly TimeSpan LooksPass = TimeSpan.FromMilliseconds(250);

    /// <summary>A look may err on the side of "taken": it is made again.</summary>
    private static readonly TimeSpan LooksPassForLooks = TimeSpan.FromMilliseconds(40);

    private readonly IReadOnlyList<FileStream> _files;

    private DataFolderLock(IReadOnlyList<FileStream> files) => _files = files;

    /// <summary>Takes the folder for a bot in this role; makes it when it is not there. What the bot before said of itself is forgotten, except by a worker.</summary>
    /// <exception cref="UnavailableException">Another bot has it, or it cannot be written.</exception>
    public static DataFolderLock Take(string dataDirectory, BotRole role)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(dataDirectory, "tmp"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"The data folder {dataDirectory} cannot be made or written. Give this user write permission, or set BOT_DATA_DIR to another folder.");
        }

        // The first lock is of all that share the folder, the second of the one that keeps the queue's files.
        var folder = TryTake(BotLock(dataDirectory), role.SharesFolder(), LooksPass)
            ?? throw new UnavailableException($"Another bot uses the data folder {dataDirectory} ({RunningBot.Read(dataDirectory)?.ToString() ?? "it is just starting"}). Stop it first, or set BOT_DATA_DIR to another folder.");
        var ingest = role == BotRole.Ingest ? TryTake(IngestLock(dataDirectory), shared: false, LooksPass) : null;
        if (role == BotRole.Ingest && ingest is null)
        {
            folder.Dispose();
            throw new UnavailableException($"Another 'run --role ingest' uses the data folder {dataDirectory} ({RunningBot.Read(dataDirectory)?.ToString() ?? "it is just starting"}). One takes in for all workers; stop it first.");
        }

        if (role != BotRole.Worker)
            RunningBot.Forget(dataDirectory);
        return new DataFolderLock(ingest is null ? [folder] : [folder, ingest]);
    }

    /// <summary>True while a bot runs on this folder. Keeps no bot from starting.</summary>
    public static bool IsTaken(string dataDirectory)
    {
        if (!File.Exists(BotLock(dataDirectory)))
            return false;
        using var file = TryTake(BotLock(dataDirectory), shared: false, LooksPassForLooks);
        return file is null;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private static FileStream? TryTake(string path, bool shared, TimeSpan patience)
    {
        FileStream? taken = null;
        SpinWait.SpinUntil(() => (taken = TryOpen(path, shared)) is not null, patience);
        return taken;
    }

    // .NET takes flock(2) for it: exclusive for FileShare.None, shared for a reader that lets others read.
    private static FileStream? TryOpen(string path, bool shared)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, shared ? FileAccess.Read : FileAccess.ReadWrite, shared ? FileShare.Read : FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string BotLock(string dataDirectory) => Path.Combine(dataDirectory, "bot.lock");

    private static string IngestLock(string dataDirectory) => Path.Combine(dataDirectory, "ingest.lock");
}
