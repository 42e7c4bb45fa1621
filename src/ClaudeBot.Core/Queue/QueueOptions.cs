namespace ClaudeBot.Queue;

public sealed record QueueOptions
{
    /// <summary>Tasks that run at the same time.</summary>
    public int MaxConcurrentTasks { get; init; } = 3;

    /// <summary>Of those, in one repository.</summary>
    public int MaxConcurrentPerRepository { get; init; } = 1;

    /// <summary>Attempts before a task is dead.</summary>
    public int MaxAttempts { get; init; } = 3;

    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the queue is looked at when no signal came.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// No other worker takes tasks from this ledger: what runs under another boot id is dead, and a lease needs no
    /// clock. False with several workers: then only a lease that has run out is taken back.
    /// </summary>
    public bool SingleMachine { get; init; } = true;
}
