namespace ClaudeBot.Ledger;

/// <summary>This program cannot work with the ledger or the database engine it found; a person must act.</summary>
public sealed class LedgerVersionException : Exception
{
    public LedgerVersionException()
    {
    }

    public LedgerVersionException(string message)
        : base(message)
    {
    }

    public LedgerVersionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
