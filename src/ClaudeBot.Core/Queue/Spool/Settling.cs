namespace ClaudeBot.Queue.Spool;

/// <summary>Tells how long something has stayed as it is, so that half-done work of others is not judged.</summary>
internal sealed class Settling(TimeProvider time)
{
    private readonly Dictionary<string, (FileStamp Stamp, long Since)> _seen = [];
    private readonly HashSet<string> _seenThisRound = [];

    /// <summary>True while something is being watched: look again soon.</summary>
    public bool IsWatching => _seen.Count > 0;

    public void BeginRound() => _seenThisRound.Clear();

    /// <summary>True when it was seen the same way before, at least <paramref name="duration"/> ago.</summary>
    public bool HasSettled(string name, FileStamp stamp, TimeSpan duration)
    {
        _seenThisRound.Add(name);
        if (_seen.TryGetValue(name, out var seen) && seen.Stamp == stamp)
            return time.GetElapsedTime(seen.Since) >= duration;
        _seen[name] = (stamp, time.GetTimestamp());
        return false;
    }

    /// <summary>Forgets what was not asked about in this round.</summary>
    public void EndRound()
    {
        foreach (var name in _seen.Keys.Where(name => !_seenThisRound.Contains(name)).ToList())
            _seen.Remove(name);
    }
}

/// <summary>Tells two versions of a file apart without reading it.</summary>
internal readonly record struct FileStamp(long Length, DateTime ChangedAt)
{
    /// <summary>No file.</summary>
    public static readonly FileStamp None = new(-1, default);

    public static FileStamp Of(FileSystemInfo entry) =>
        new(entry is FileInfo file && entry.LinkTarget is null ? file.Length : 0, entry.LastWriteTimeUtc);
}
