using ClaudeBot.Ledger.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>The event log only grows, whoever opens the file: the database itself refuses.</summary>
public sealed class SqliteAuditTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly SqliteLedger _ledger;
    private readonly SqliteEventLog _events;

    public SqliteAuditTests()
    {
        _ledger = new SqliteLedger(new() { DataDirectory = _folder.Path }, _time);
        _events = new SqliteEventLog(_ledger, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("UPDATE events SET message = 'nothing happened'")]
    [InlineData("UPDATE events SET actor = 'somebody else' WHERE seq = 1")]
    [InlineData("UPDATE OR REPLACE events SET seq = 2 WHERE seq = 1")]
    [InlineData("DELETE FROM events")]
    [InlineData("DELETE FROM events WHERE seq = 1")]
    [InlineData("INSERT OR REPLACE INTO events (seq, at, kind, actor, message) VALUES (1, 0, 'x', 'x', 'x')")]
    [InlineData("REPLACE INTO events (seq, at, kind, actor, message) VALUES (2, 0, 'x', 'x', 'x')")]
    [InlineData("INSERT INTO events (seq, at, kind, actor, message) VALUES (1, 0, 'x', 'x', 'x') ON CONFLICT (seq) DO UPDATE SET message = 'x'")]
    public async Task An_entry_is_neither_changed_nor_removed_nor_replaced(string sql)
    {
        await TwoEntriesAsync();
        var before = Rows();

        Should.Throw<SqliteException>(() => Execute(sql)).Message.ShouldContain("the event log only grows");

        Rows().ShouldBe(before);
    }

    [Fact]
    public async Task Even_after_an_entry_that_announces_it_nothing_younger_than_three_days_goes()
    {
        await TwoEntriesAsync();
        _time.Advance(TimeSpan.FromDays(3) - TimeSpan.FromSeconds(1));
        await _events.AppendAsync(SqliteRetention.EventsPruned, "operator", null, null, "2 events go now.", Cancellation);

        Should.Throw<SqliteException>(() => Execute("DELETE FROM events WHERE seq = 1")).Message.ShouldContain("by age alone");
        Should.Throw<SqliteException>(() => Execute("DELETE FROM events WHERE kind = 'events.pruned'"));
    }

    [Fact]
    public async Task Retention_leaves_an_entry_that_says_who_removed_how_many_and_removes_what_is_old()
    {
        await TwoEntriesAsync();
        _time.Advance(TimeSpan.FromDays(40));
        await _events.AppendAsync("queue.paused", "carol", null, null, "Paused: lunch.", Cancellation);

        (await new SqliteRetention(_ledger, _time).PruneAsync(_time.GetUtcNow() - TimeSpan.FromDays(30), "dave", Cancellation)).Events.ShouldBe(2);

        Rows().ShouldBe(["3 queue.paused carol Paused: lunch.", "4 events.pruned dave 2 events before 2026-03-11 09:00 UTC go now."]);
        Should.Throw<SqliteException>(() => Execute("DELETE FROM events"));
    }

    [Fact]
    public async Task How_far_pruning_went_is_found_by_its_index()
    {
        var plan = await _ledger.ReadAsync(connection => connection.Query("EXPLAIN QUERY PLAN SELECT max(at) FROM events WHERE kind = 'events.pruned'").Select(row => (string)row.detail).ToList(), Cancellation);

        plan.ShouldHaveSingleItem().ShouldContain("INDEX events_pruned");
    }

    private async Task TwoEntriesAsync()
    {
        await _events.AppendAsync("queue.paused", "alice", null, null, "Paused: key rotation.", Cancellation);
        await _events.AppendAsync("queue.resumed", "bob", null, null, "Resumed.", Cancellation);
    }

    private List<string> Rows()
    {
        using var file = OpenFile();
        return [.. file.Query<string>("SELECT seq || ' ' || kind || ' ' || actor || ' ' || message FROM events ORDER BY seq")];
    }

    private void Execute(string sql)
    {
        using var file = OpenFile();
        file.Execute(sql);
    }

    /// <summary>As any program would, beside the ledger.</summary>
    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "ledger.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
