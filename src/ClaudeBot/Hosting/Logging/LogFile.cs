using System.Text;

namespace ClaudeBot.Hosting.Logging;

/// <summary>
/// The file <c>NAME.log</c>, which is put aside as <c>NAME.log.1</c> when it is full; older ones move up and the oldest goes.
/// Whoever else renames it (<c>logs rotate</c>, logrotate with <c>nocreate</c> or <c>create</c>) makes the next line go to a
/// new one. A second process takes <c>NAME-2.log</c>, and so on. Where nothing can be written, lines are left out: they are
/// on standard output as well.
/// </summary>
/// <param name="largest">Bytes.</param>
internal sealed class LogFile(string folder, string name, long largest) : IDisposable
{
    /// <summary>Files put aside that are kept.</summary>
    public const int Kept = 5;

    private const int MostProcesses = 64;

    private readonly Lock _lock = new();
    private FileStream? _claim;
    private FileStream? _stream;
    private string? _path;

    /// <summary>Why the last line was not written; null when it was.</summary>
    public string? Fault { get; private set; }

    /// <param name="line">With its end.</param>
    public void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        lock (_lock)
        {
            try
            {
                if (_stream is null || IsReplaced(_stream))
                    Open();
                if (_stream!.Length > 0 && _stream.Length + bytes.Length > largest)
                {
                    PutAside(_path!);
                    Open();
                }

                _stream.Write(bytes);
                Fault = null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fault = error.Message;
                Close();
            }
        }
    }

    /// <summary>Renames the file, unless another process is just doing so; gives whether it did.</summary>
    public static bool PutAside(string path)
    {
        using var turn = Turn(Path.GetDirectoryName(path)!);
        if (turn is null || !File.Exists(path))
            return false;
        for (var number = Kept - 1; number > 0; number--)
        {
            if (File.Exists($"{path}.{number}"))
                File.Move($"{path}.{number}", $"{path}.{number + 1}", overwrite: true);
        }

        File.Move(path, $"{path}.1", overwrite: true);
        return true;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            Close();
            _claim?.Dispose();
        }
    }

    /// <summary>Another process keeps its own file, so a length that is not that of the open one is another file's.</summary>
    private bool IsReplaced(FileStream stream) => new FileInfo(_path!) is not { Exists: true } there || there.Length != stream.Length;

    private void Open()
    {
        Close();
        _path ??= Claim();
        // Unbuffered, so that each line is there at once.
        _stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    /// <summary>The first name that no other process has; it is kept by a lock on a file beside it, which the log's readers do not meet.</summary>
    private string Claim()
    {
        for (var number = 1; ; number++)
        {
            var own = number == 1 ? name : $"{name}-{number}";
            try
            {
                _claim = new FileStream(Path.Combine(folder, $".{own}.lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
                return Path.Combine(folder, $"{own}.log");
            }
            catch (IOException) when (number < MostProcesses && Directory.Exists(folder))
            {
            }
        }
    }

    private void Close()
    {
        _stream?.Dispose();
        _stream = null;
    }

    private static FileStream? Turn(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".rotating"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
