using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What every database's store of penalties is tested with.</summary>
public abstract class PenaltyConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private IPenaltyStore _store = null!;
    private Func<ValueTask> _close = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract Task<(IPenaltyStore Store, Func<ValueTask> Close)> CreateAsync();

    public async ValueTask InitializeAsync() => (_store, _close) = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _close();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_server_without_a_penalty_has_none() =>
        (await _store.FindAsync("api.github.com", Cancellation)).ShouldBeNull();

    [Fact]
    public async Task A_penalty_is_found_by_its_server_as_it_was_kept()
    {
        await _store.KeepAsync("api.github.com", new Penalty(Noon, 3), Cancellation);

        (await _store.FindAsync("api.github.com", Cancellation)).ShouldBe(new Penalty(Noon, 3));
        (await _store.FindAsync("ghe.example.org", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_later_end_stays_whoever_writes_last_and_the_count_is_the_last_written()
    {
        await _store.KeepAsync("api.github.com", new Penalty(Noon.AddHours(1), 2), Cancellation);
        await _store.KeepAsync("api.github.com", new Penalty(Noon, 0), Cancellation);

        (await _store.FindAsync("api.github.com", Cancellation)).ShouldBe(new Penalty(Noon.AddHours(1), 0));
    }
}

public sealed class SqlitePenaltyTests : PenaltyConformance
{
    protected override Task<(IPenaltyStore Store, Func<ValueTask> Close)> CreateAsync()
    {
        var folder = new TemporaryFolder();
        var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = folder.Path }, new FakeTimeProvider());
        return Task.FromResult<(IPenaltyStore, Func<ValueTask>)>((new SqlitePenaltyStore(() => ledger), async () =>
        {
            await ledger.DisposeAsync();
            folder.Dispose();
        }
        ));
    }
}
