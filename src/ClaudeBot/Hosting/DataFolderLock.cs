namespace ClaudeBot.Hosting;

/// <summary>Another program could not be reached, or something outside is missing: exit code 69.</summary>
public sealed class UnavailableException(string message) : Exception(message);

/// <summary>
/// Makes one bot the owner of a data folder. The operating system gives the lock back when the process dies, however it dies.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder; makes it when it is not there.</summary>
    /// <exception cref="UnavailableException">Another bot has it, or it cannot be written.</exception>
    public static DataFolderLock Take(string dataDirectory)
    {
        try
        {
            Directory.CreateDirectory(Path.Combine(dataDirectory, "tmp"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"The data folder {dataDirectory} cannot be made or written. Give this user write permission, or set BOT_DATA_DIR to another folder.");
        }

        return TryOpen(dataDirectory) is { } file
            ? new DataFolderLock(file)
            : throw new UnavailableException($"Another bot uses the data folder {dataDirectory} ({RunningBot.Read(dataDirectory)?.ToString() ?? "it is just starting"}). Stop it first, or set BOT_DATA_DIR to another folder.");
    }

    /// <summary>True while a bot runs on this folder.</summary>
    public static bool IsTaken(string dataDirectory)
    {
        if (!File.Exists(LockPath(dataDirectory)))
            return false;
        using var file = TryOpen(dataDirectory);
        return file is null;
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? TryOpen(string dataDirectory)
    {
        try
        {
            return new FileStream(LockPath(dataDirectory), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string LockPath(string dataDirectory) => Path.Combine(dataDirectory, "bot.lock");
}
