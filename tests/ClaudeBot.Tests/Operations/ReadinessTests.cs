using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Operations;

public sealed class ReadinessTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Too_little_room_on_the_disk_is_told_with_the_setting()
    {
        _room.Environment["DISK_FLOOR_MB"] = "1000000";
        await using var host = _room.Build(BotRole.Once);
        if (new DriveInfo(_room.Data).AvailableFreeSpace / (1024 * 1024) >= 1_000_000)
            Assert.Skip("This disk has more room than DISK_FLOOR_MB can ask for.");
        var report = await host.Services.GetRequiredService<Readiness>().CheckAsync(Token);
        report.Ready.ShouldBeFalse();
        report.Problems.ShouldHaveSingleItem().ShouldContain("DISK_FLOOR_MB");
    }

    [Fact]
    public async Task A_good_answer_is_kept_for_the_interval_and_a_bad_one_is_not()
    {
        _room.Environment["HEALTH_CHECK_INTERVAL"] = "30";
        _room.Environment["DISK_FLOOR_MB"] = "0";
        await using var host = _room.Build(BotRole.Once);
        var time = new FakeTimeProvider();
        var configuration = _room.Configuration();
        var readiness = new Readiness(host.Services.GetRequiredService<ITaskQueue>(), host.Services.GetRequiredService<DiskFloor>(), configuration, time);
        (await readiness.CheckAsync(Token)).Ready.ShouldBeTrue();

        // The ledger goes away.
        await host.DisposeAsync();
        Directory.Delete(_room.Data, recursive: true);
        Directory.CreateDirectory(_room.Data);
        (await readiness.CheckAsync(Token)).Ready.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(31));
        (await readiness.CheckAsync(Token)).Ready.ShouldBeFalse();
        (await readiness.CheckAsync(Token)).Problems.ShouldHaveSingleItem().ShouldContain("ledger");
    }
}
