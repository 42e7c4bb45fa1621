using System.Threading.Channels;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations.Backups;
using ClaudeBot.Operations.Retention;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Operations;

/// <summary>The backups and the pruning that happen by themselves.</summary>
public sealed class DataCareTests : IDisposable
{
    private readonly HostRoom _room = new();
    private readonly ArmedTime _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Backups => Path.Combine(_room.Data, "backups");

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_ledger_is_copied_at_its_interval_across_restarts_and_only_the_newest_stay()
    {
        _room.Environment["BACKUP_INTERVAL"] = "12h";
        _room.Environment["BACKUP_KEEP"] = "2";
        await using var ledger = Open();
        using (var service = await StartAsync<AutomaticBackup>(ledger))
        {
            (await _log.Reader.ReadAsync(Token)).ShouldContain("ledger-20260301T090000Z.db");
            await _time.WhenArmedAsync(Token);
            _time.Advance(TimeSpan.FromHours(12));
            (await _log.Reader.ReadAsync(Token)).ShouldContain("ledger-20260301T210000Z.db");
            await _time.WhenArmedAsync(Token);
            await service.StopAsync(Token);
        }

        _time.Advance(TimeSpan.FromHours(6));
        using (var again = await StartAsync<AutomaticBackup>(ledger))
        {
            await _time.WhenArmedAsync(Token);
            _time.Advance(TimeSpan.FromHours(6));
            (await _log.Reader.ReadAsync(Token)).ShouldContain("ledger-20260302T090000Z.db", customMessage: "due twelve hours after the last one, not after the start");
            await again.StopAsync(Token);
        }

        var files = Directory.GetFiles(Backups).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        files.Count.ShouldBe(2);
        files[0].ShouldBe("ledger-20260301T210000Z.db");
    }

    [Fact]
    public async Task A_backup_that_fails_is_told_and_tried_again_within_the_hour()
    {
        await using var ledger = Open();
        await File.WriteAllTextAsync(Backups, "in the way", Token);
        using var service = await StartAsync<AutomaticBackup>(ledger);
        (await _log.Reader.ReadAsync(Token)).ShouldContain("no backup");
        File.Delete(Backups);

        await _time.WhenArmedAsync(Token);
        _time.Advance(TimeSpan.FromHours(1));

        (await _log.Reader.ReadAsync(Token)).ShouldContain("made");
        await service.StopAsync(Token);
    }

    [Fact]
    public async Task Old_work_goes_by_itself_and_is_told()
    {
        await using var ledger = Open();
        var queue = new SqliteTaskQueue(ledger, new QueueNotices(), _time);
        var task = new NewTask { Kind = TaskKind.Manual, Repository = RepositoryName.Parse("acme/shop"), Title = "t", Description = "d", RequestedBy = "operator", ObservedAt = _time.GetUtcNow() };
        var id = (await queue.EnqueueAsync(task, Token)).ShouldBeOfType<EnqueueResult.Added>().Task.Id;
        await queue.CancelAsync(id, "over", "operator", Token);
        using var service = await StartAsync<DailyRetention>(ledger);

        await _time.WhenArmedAsync(Token);
        while (await queue.FindAsync(id, Token) is not null)
        {
            _time.Advance(TimeSpan.FromDays(1));
            await _time.WhenArmedAsync(Token);
        }

        (await new SqliteEventLog(ledger, _time).SinceAsync(DateTimeOffset.MinValue, 1000, Token)).ShouldContain(entry => entry.Kind == "data.pruned" && entry.Actor == "bot");
        await service.StopAsync(Token);
        _time.GetUtcNow().ShouldBeGreaterThan(new DateTimeOffset(2026, 3, 31, 9, 0, 0, TimeSpan.Zero), "not before thirty days");
    }

    [Fact]
    public async Task The_running_bot_takes_care_of_its_data_and_one_pass_does_not()
    {
        await using (var bot = _room.Build(BotRole.All))
            bot.Services.GetServices<IHostedService>().Count(service => service is AutomaticBackup or DailyRetention).ShouldBe(2);
        await using var once = _room.Build(BotRole.Once);
        once.Services.GetServices<IHostedService>().ShouldNotContain(service => service is AutomaticBackup || service is DailyRetention);
    }

    private SqliteLedger Open() => new(_room.Configuration().Ledger(), _time);

    private async Task<BackgroundService> StartAsync<T>(SqliteLedger ledger)
        where T : BackgroundService
    {
        var (configuration, events) = (_room.Configuration(), new SqliteEventLog(ledger, _time));
        var collector = FakeLogCollector.Create(new FakeLogCollectorOptions { OutputSink = line => _log.Writer.TryWrite(line) });
        BackgroundService service = typeof(T) == typeof(AutomaticBackup)
            ? new AutomaticBackup(new BackupMaker(ledger, events, configuration.Ledger()), configuration.Ledger(), configuration, _time, new FakeLogger<AutomaticBackup>(collector))
            : new DailyRetention(
                new DataRetention(new SqliteRetention(ledger, _time), new SqliteTaskQueue(ledger, new QueueNotices(), _time), events, new SpoolOptions { DataDirectory = _room.Data }, configuration.Ledger()),
                configuration,
                _time,
                new FakeLogger<DailyRetention>(collector));
        await service.StartAsync(Token);
        return service;
    }
}
