namespace ClaudeBot.Gate;

public sealed record GateOptions
{
    /// <summary>Longest run of one command of a repository's own: setup, build, test or lint.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How much of a command's output is kept, in characters from its end.</summary>
    public int OutputTail { get; init; } = 8_000;

    /// <summary>Where a repository's commands find their programs.</summary>
    public string Path { get; init; } = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The most files that one change may touch.</summary>
    public int MostFiles { get; init; } = 100;

    /// <summary>The largest single file of a change, in bytes.</summary>
    public long LargestFile { get; init; } = 5 * 1024 * 1024;

    /// <summary>The largest sum of the sizes of all files of a change, in bytes.</summary>
    public long LargestChange { get; init; } = 20 * 1024 * 1024;
}
