namespace ClaudeBot.Configuration;

/// <summary>
/// A small file whose content may change while the program runs. It is read again when it is asked for, at most once a
/// second; the time of change is not looked at, since a mounted secret can change without one.
/// </summary>
internal sealed class LiveFile<T>(string path, Func<string, T> parse, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(1);
    private const int LargestFile = 1024 * 1024;
    private readonly Lock _lock = new();
    private T? _content;
    private long? _readAt;

    public string Path => path;

    /// <summary>
    /// What the file says now; null when it is not there. While it is blank (an editor truncates before it writes) or
    /// cannot be read, the last good content stands.
    /// </summary>
    public T? Current()
    {
        lock (_lock)
        {
            if (_readAt is { } at && time.GetElapsedTime(at) < KeptFor)
                return _content;
            _readAt = time.GetTimestamp();
            try
            {
                if (new FileInfo(path) is { Exists: true, Length: > LargestFile })
                    return _content;
                var text = File.ReadAllText(path);
                if (_content is null || !string.IsNullOrWhiteSpace(text))
                    _content = parse(text);
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                _content = null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The last good content stands.
            }

            return _content;
        }
    }
}
