using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What is particular to the SQLite file: durability, group commit, faults of the machine, query plans.</summary>
public sealed class SqliteLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writes_at_the_same_time_share_commits()
    {
        await using var ledger = Open();
        var inbox = new SqliteInbox(ledger, new QueueNotices(), _time);
        // The writer is held in one job while the others queue up behind it.
        using var gate = new ManualResetEventSlim();
        var held = ledger.WriteAsync(
            _ =>
            {
                gate.Wait(Cancellation);
                return 0;
            },
            Cancellation);
        var stores = Enumerable.Range(0, 200).Select(number => inbox.StoreAsync(Delivery($"d-{number}"), Cancellation)).ToList();
        gate.Set();
        await held;

        (await Task.WhenAll(stores)).ShouldAllBe(stored => stored);
        ledger.Commits.ShouldBeLessThanOrEqualTo(3);
        (await inbox.CountPendingAsync(Cancellation)).ShouldBe(200);
    }

    [Fact]
    public async Task A_job_that_fails_harms_only_itself()
    {
        await using var ledger = Open();
        var inbox = new SqliteInbox(ledger, new QueueNotices(), _time);
        using var gate = new ManualResetEventSlim();
        var held = ledger.WriteAsync(
            _ =>
            {
                gate.Wait(Cancellation);
                return 0;
            },
            Cancellation);
        var before = inbox.StoreAsync(Delivery("before"), Cancellation);
        var failing = ledger.WriteAsync<int>(
            connection =>
            {
                connection.Execute("INSERT INTO settings (name, value) VALUES ('half', 'done')");
                throw new InvalidDataException("no");
            },
            Cancellation);
        var after = inbox.StoreAsync(Delivery("after"), Cancellation);
        gate.Set();
        await held;

        (await before).ShouldBeTrue();
        await Should.ThrowAsync<InvalidDataException>(() => failing);
        (await after).ShouldBeTrue();
        (await ledger.ReadAsync(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM settings"), Cancellation)).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_answered_is_there_for_another_process_while_the_first_still_runs()
    {
        await using var first = Open();
        await new SqliteInbox(first, new QueueNotices(), _time).StoreAsync(Delivery("d-1"), Cancellation);
        // The files as a process killed now would leave them.
        using var copy = new TemporaryFolder();
        foreach (var file in new[] { "ledger.db", "ledger.db-wal" })
            File.Copy(Path.Combine(_folder.Path, file), Path.Combine(copy.Path, file));

        await using var second = new SqliteLedger(new LedgerOptions { DataDirectory = copy.Path }, _time);
        (await new SqliteInbox(second, new QueueNotices(), _time).CountPendingAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_ledger_locked_by_another_program_fails_the_callers_and_recovers()
    {
        await using var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path, LockTimeout = TimeSpan.FromSeconds(1) }, _time);
        var inbox = new SqliteInbox(ledger, new QueueNotices(), _time);
        await using (var other = OpenFile())
        {
            other.Execute("BEGIN IMMEDIATE");
            (await Should.ThrowAsync<LedgerUnavailableException>(() => inbox.StoreAsync(Delivery("d-1"), Cancellation))).Message.ShouldContain("locked");
            other.Execute("ROLLBACK");
        }

        (await inbox.StoreAsync(Delivery("d-1"), Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_full_disk_fails_the_callers_and_recovers_when_there_is_room()
    {
        await using var ledger = Open();
        var inbox = new SqliteInbox(ledger, new QueueNotices(), _time);
        await ledger.WriteAsync(connection => connection.Execute("PRAGMA max_page_count = 1"), Cancellation);

        var full = Delivery("d-1") with { Body = new byte[4 * 1024 * 1024] };
        (await Should.ThrowAsync<LedgerUnavailableException>(() => inbox.StoreAsync(full, Cancellation))).Message.ShouldContain("full");
        await ledger.WriteAsync(connection => connection.Execute("PRAGMA max_page_count = 1000000"), Cancellation);

        (await inbox.StoreAsync(full, Cancellation)).ShouldBeTrue();
        (await inbox.CountPendingAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_ledger_of_a_newer_program_is_refused_untouched()
    {
        await Open().DisposeAsync();
        await using (var file = OpenFile())
            file.Execute("INSERT INTO schema_version (version, applied_at) VALUES (9999, 0)");

        Should.Throw<LedgerVersionException>(Open).Message.ShouldContain("9999");
    }

    [Theory]
    [InlineData("3.46.1", false)]
    [InlineData("3.51.2", false)]
    [InlineData("3.51.3", true)]
    [InlineData("3.53.0", true)]
    public void An_engine_that_can_corrupt_the_file_is_refused(string version, bool accepted)
    {
        if (accepted)
            SqliteConnections.EnsureSafe(version);
        else
            Should.Throw<LedgerVersionException>(() => SqliteConnections.EnsureSafe(version)).Message.ShouldContain(version);
    }

    [Fact]
    public async Task The_file_is_durable_and_closed_to_others()
    {
        await using var ledger = Open();
        var (journal, synchronous, mapped) = await ledger.WriteAsync(
            connection => (
                connection.ExecuteScalar<string>("PRAGMA journal_mode"),
                connection.ExecuteScalar<long>("PRAGMA synchronous"),
                connection.ExecuteScalar<long>("PRAGMA mmap_size")),
            Cancellation);

        (journal, synchronous, mapped).ShouldBe(("wal", 2, 0));
        foreach (var file in Directory.EnumerateFiles(_folder.Path))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData(TaskClaim.NextSql, "tasks_waiting")]
    [InlineData(TaskClaim.NextSql, "tasks_running")]
    [InlineData("SELECT count(*) FROM tasks WHERE state = 'running'", "tasks_state")]
    [InlineData("SELECT seq FROM tasks WHERE announced_state IS NOT state ORDER BY updated_at, seq LIMIT 5", "tasks_unannounced")]
    [InlineData($"SELECT seq FROM {SqliteInbox.PendingFrom}", "deliveries_pending")]
    [InlineData($"SELECT seq FROM {SqliteSpoolStore.UnfiledFrom}", "tasks_unfiled")]
    [InlineData($"SELECT seq FROM {SqliteSpoolStore.LeftBehindFrom}", "tasks_spooled")]
    public async Task Queries_of_the_hot_paths_use_their_index(string sql, string index)
    {
        await using var ledger = Open();
        var plan = await ledger.ReadAsync(
            connection => connection.Query($"EXPLAIN QUERY PLAN {sql}", new { now = 0L, perRepository = 1, limit = 5 }).Select(row => (string)row.detail).ToList(),
            Cancellation);

        plan.ShouldContain(step => step.Contains($"INDEX {index}", StringComparison.Ordinal), string.Join('\n', plan));
        plan.ShouldNotContain(step => step.StartsWith("SCAN t", StringComparison.Ordinal) && !step.Contains("INDEX", StringComparison.Ordinal), string.Join('\n', plan));
    }

    private SqliteLedger Open() => new(new LedgerOptions { DataDirectory = _folder.Path }, _time);

    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "ledger.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    private Delivery Delivery(string id) => new() { Id = id, Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = _time.GetUtcNow() };
}
