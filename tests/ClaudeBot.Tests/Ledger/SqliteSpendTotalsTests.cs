using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What was spent on a day, by repository.</summary>
public sealed class SqliteSpendTotalsTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 23, 59, 59, TimeSpan.Zero));
    private readonly SqliteLedger _ledger;
    private readonly SqliteRunJournal _journal;
    private readonly SqliteSpendTotals _totals;

    public SqliteSpendTotalsTests()
    {
        _ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path }, _time);
        (_journal, _totals) = (new SqliteRunJournal(_ledger, _time), new SqliteSpendTotals(_ledger));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Days_are_days_by_utc_and_repositories_are_told_apart_without_regard_to_case()
    {
        var (shop, demo) = (RepositoryName.Parse("acme/shop"), RepositoryName.Parse("octo/demo"));
        var (first, second) = (await AddAsync(shop), await AddAsync(demo));
        await SpendAsync(first, shop, 0.1m);
        await SpendAsync(first, RepositoryName.Parse("Acme/Shop"), 0.2m);
        await SpendAsync(second, demo, 0.000000003m);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SpendAsync(second, demo, 4m);

        var before = await _totals.OnDayAsync(new DateOnly(2026, 3, 1), Token);
        (before.Of(shop), before.Of(demo), before.All).ShouldBe((0.3m, 0.000000003m, 0.300000003m));
        var after = await _totals.OnDayAsync(new DateOnly(2026, 3, 2), Token);
        (after.Of(shop), after.Of(demo), after.All).ShouldBe((0m, 4m, 4m));
        (await _totals.OnDayAsync(new DateOnly(2026, 3, 3), Token)).All.ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<TaskId> AddAsync(RepositoryName repository)
    {
        var added = await new SqliteTaskQueue(_ledger, new QueueNotices(), _time).EnqueueAsync(
            new NewTask { Kind = TaskKind.Manual, Repository = repository, Title = "t", Description = "d", RequestedBy = "operator", ObservedAt = _time.GetUtcNow() }, Token);
        return added.ShouldBeOfType<EnqueueResult.Added>().Task.Id;
    }

    private Task SpendAsync(TaskId task, RepositoryName repository, decimal usd) => _journal.AddSpendAsync(task, repository, new TokenUsage("model", 1, 1, 0, 0), usd, Token);
}
