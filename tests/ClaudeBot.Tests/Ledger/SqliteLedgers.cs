using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Makes ledgers in SQLite files of their own.</summary>
public static class SqliteLedgers
{
    public static LedgerUnderTest Create()
    {
        var folder = new TemporaryFolder();
        var ledger = Open(folder.Path, new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero)));
        return ledger with
        {
            Close = async () =>
            {
                await ledger.DisposeAsync();
                folder.Dispose();
            },
        };
    }

    /// <summary>The ledger of a folder that outlives it.</summary>
    public static LedgerUnderTest Open(string folder, FakeTimeProvider time)
    {
        var notices = new QueueNotices();
        var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = folder }, time);
        return new LedgerUnderTest(
            new SqliteTaskQueue(ledger, notices, time),
            new SqliteInbox(ledger, notices, time),
            new SqliteRunJournal(ledger, time),
            new SqliteEventLog(ledger, time),
            notices,
            time,
            ledger.DisposeAsync)
        {
            Intake = new SqliteIntakeProgress(ledger, time),
            Views = new SqliteLedgerViews(ledger),
            Remarks = new SqliteRemarks(ledger, notices, time),
            Outbox = new SqliteOutbox(ledger, time),
        };
    }
}
