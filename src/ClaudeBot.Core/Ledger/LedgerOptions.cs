namespace ClaudeBot.Ledger;

/// <summary>Where the bot keeps what it knows.</summary>
public sealed record LedgerOptions
{
    /// <summary>The data folder (<c>BOT_DATA_DIR</c>), absolute. The ledger is <c>ledger.db</c> in it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>How long to wait for another program that holds the ledger; whole seconds, at least one.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>As many tasks may wait (<c>MAX_WAITING_TASKS</c>); beyond them no new one is made.</summary>
    public int MaxWaitingTasks { get; init; } = 1000;

    /// <summary>As many deliveries may wait for a decision (<c>MAX_PENDING_DELIVERIES</c>); beyond them none is stored.</summary>
    public int MaxPendingDeliveries { get; init; } = 20_000;

    public string DatabasePath => Path.Combine(DataDirectory, "ledger.db");

    /// <summary>Where automatic backups, and copies made before an upgrade, lie.</summary>
    public string BackupDirectory => Path.Combine(DataDirectory, "backups");
}
