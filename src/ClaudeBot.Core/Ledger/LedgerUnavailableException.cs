namespace ClaudeBot.Ledger;

/// <summary>
/// The ledger could not be read or written now: disk full, locked by another program, device gone. Nothing of the
/// call was kept; the same call may succeed later.
/// </summary>
public sealed class LedgerUnavailableException : Exception
{
    public LedgerUnavailableException()
    {
    }

    public LedgerUnavailableException(string message)
        : base(message)
    {
    }

    public LedgerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
