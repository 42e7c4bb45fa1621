using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>Tells faults of the machine from faults of a statement. Codes: sqlite.org/rescode.html.</summary>
internal static class SqliteFaults
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int NoMemory = 7;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>What callers get: a fault of the machine becomes <see cref="LedgerUnavailableException"/>, others stay.</summary>
    public static Exception ForCaller(Exception exception, string database) =>
        exception is SqliteException sqlite && Describe(sqlite.SqliteErrorCode) is { } cause
            ? new LedgerUnavailableException($"The ledger {database} cannot be used now: {cause} ({sqlite.Message})", sqlite)
            : exception;

    private static string? Describe(int code) => code switch
    {
        Busy or Locked => "another program holds it locked",
        Full => "the disk is full",
        IoError => "the disk reports an error",
        ReadOnly => "it is read-only",
        CannotOpen => "it cannot be opened",
        Corrupt or NotADatabase => "the file is damaged; restore a backup",
        NoMemory => "memory is exhausted",
        _ => null,
    };
}
