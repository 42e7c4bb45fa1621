namespace ClaudeBot.Ledger;

/// <summary>What opening the ledger would do to it.</summary>
/// <param name="From">Its schema now.</param>
/// <param name="To">This program's.</param>
public sealed record LedgerUpgrade(int From, int To);
