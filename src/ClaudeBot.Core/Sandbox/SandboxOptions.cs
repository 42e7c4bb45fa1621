namespace ClaudeBot.Sandbox;

public sealed record SandboxOptions
{
    /// <summary>False: commands run as plain processes of the bot's user, for a machine whose kernel allows no sandbox.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The hosts that commands may reach, see <see cref="Egress.EgressAllowList"/>; empty: no network.</summary>
    public IReadOnlyList<string> EgressAllow { get; init; } = [];

    public SandboxLimits Limits { get; init; } = new();
}

/// <summary>What one command and all that it starts may use.</summary>
public sealed record SandboxLimits
{
    /// <summary>Memory, in bytes: of the whole command where the bot may make a control group, else of each process.</summary>
    public long Memory { get; init; } = 8L << 30;

    /// <summary>Processes and threads.</summary>
    public int Processes { get; init; } = 2048;

    /// <summary>The largest file, in bytes.</summary>
    public long File { get; init; } = 4L << 30;

    /// <summary>All files of its work tree and its home, in bytes: a command that passes this is ended.</summary>
    public long Disk { get; init; } = 20L << 30;

    /// <summary>Free space of the disk, in bytes, below which a command is ended that holds much of it.</summary>
    public long DiskFloor { get; init; }

    /// <summary><c>/tmp</c>, in bytes; it is memory.</summary>
    public long Temporary { get; init; } = 1L << 30;

    /// <summary>Processor time of each process.</summary>
    public TimeSpan Processor { get; init; } = TimeSpan.FromHours(4);
}
