namespace ClaudeBot.Queue.Spool;

public sealed record SpoolOptions
{
    /// <summary>The data folder, absolute; <c>queue/</c>, <c>processed/</c>, <c>failed/</c> and <c>corrupted/</c> lie in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The repository of a dropped file that names none; null: such a file is invalid.</summary>
    public RepositoryName? DefaultRepository { get; init; }

    /// <summary>How long a file must stay as it is before it counts as invalid, or as removed: it may be in the middle of being written.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same for an editor's own files: hidden ones, backups, swap files.</summary>
    public TimeSpan EditorGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the folder is looked at when the system reports no change.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A larger file is invalid.</summary>
    public int LargestFile { get; init; } = 1024 * 1024;
}
