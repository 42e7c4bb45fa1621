using System.Text.Json;
using System.Threading.Channels;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Operations;

public sealed class StatusReporterTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_status_web_is_told_at_the_start_and_at_each_interval_with_the_token()
    {
        var reports = Channel.CreateUnbounded<SeenRequest>();
        await using var web = await ScriptedGitHub.StartAsync();
        web.Answer = async (request, http) =>
        {
            await ScriptedGitHub.JsonAsync(http, 200, """{"success":true}""");
            reports.Writer.TryWrite(request);
        };
        _room.Environment["STATUS_WEB_URL"] = web.Address.ToString();
        _room.Environment["STATUS_REPORT_INTERVAL"] = "300";
        var configuration = _room.Configuration();
        await using var host = _room.Build(BotRole.Once);
        var queue = host.Services.GetRequiredService<ITaskQueue>();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero));
        using var client = new StatusWebClient(configuration);
        using var reporter = new StatusReporter(new StatusSnapshot(queue, host.Services.GetRequiredService<DailyCaps>(), configuration, time), new Readiness(queue, host.Services.GetRequiredService<DiskFloor>(), configuration, time), client, [], configuration, time, new FakeLogger<StatusReporter>());

        await reporter.StartAsync(Token);
        var first = await reports.Reader.ReadAsync(Token);
        first.PathAndQuery.ShouldBe("/api/status/bot-of-tests");
        first.Authorization.ShouldBe($"Bearer {HostRoom.StatusToken}");
        var body = JsonElement.Parse(first.Body);
        body.GetProperty("status").GetString().ShouldBe("idle");
        body.GetProperty("health").GetString().ShouldBe("healthy");
        body.GetProperty("uptime").GetString().ShouldBe("0m");

        time.Advance(TimeSpan.FromMinutes(5));
        var second = await reports.Reader.ReadAsync(Token);
        JsonElement.Parse(second.Body).GetProperty("uptime").GetString().ShouldBe("5m");

        await reporter.StopAsync(Token);
        JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(_room.Data, "status.json"), Token)).GetProperty("status").GetString().ShouldBe("offline");
    }
}
