namespace ClaudeBot.Ledger;

/// <summary>Where the bot keeps what it knows.</summary>
public sealed record LedgerOptions
{
    /// <summary>The data folder (<c>BOT_DATA_DIR</c>), absolute. The ledger is <c>ledger.db</c> in it.</summary>
    public required string DataDirectory { get; init; }

    public string DatabasePath => Path.Combine(DataDirectory, "ledger.db");
}
