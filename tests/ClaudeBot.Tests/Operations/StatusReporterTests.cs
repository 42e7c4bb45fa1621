using System.Text.Json;
using System.Threading.Channels;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.Hosting;
using ClaudeBot.Tests.StatusWeb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Operations;

public sealed class StatusReporterTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task The_status_web_is_told_at_the_start_at_each_interval_and_soon_after_a_change_with_the_token()
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
        var time = new HeardTime(new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero));
        using var client = new StatusWebClient(configuration);
        using var reporter = ActivatorUtilities.CreateInstance<StatusReporter>(
            host.Services,
            new StatusSnapshot(queue, host.Services.GetRequiredService<ILedgerViews>(), host.Services.GetRequiredService<DailyCaps>(), configuration, time),
            ActivatorUtilities.CreateInstance<DetailsSnapshot>(host.Services),
            new Readiness(queue, host.Services.GetRequiredService<DiskFloor>(), configuration, time),
            client,
            configuration,
            time,
            new FakeLogger<StatusReporter>());

        await reporter.StartAsync(Token);
        var first = await reports.Reader.ReadAsync(Token);
        first.PathAndQuery.ShouldBe("/api/status/bot-of-tests");
        first.Authorization.ShouldBe($"Bearer {HostRoom.StatusToken}");
        var body = JsonElement.Parse(first.Body);
        body.GetProperty("status").GetString().ShouldBe("idle");
        body.GetProperty("health").GetString().ShouldBe("healthy");
        body.GetProperty("uptime").GetString().ShouldBe("0m");
        BotDetails.Read(System.Text.Json.Nodes.JsonNode.Parse(first.Body)!["details"]).ShouldNotBeNull().Configuration.ShouldContain(setting => setting.Name == "STATUS_TOKEN" && !setting.Value.Contains(HostRoom.StatusToken));

        await time.HearWaitAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        await time.HearWaitAsync(TimeSpan.FromSeconds(295));
        time.Advance(TimeSpan.FromSeconds(295));
        var second = await reports.Reader.ReadAsync(Token);
        JsonElement.Parse(second.Body).GetProperty("uptime").GetString().ShouldBe("5m");

        await time.HearWaitAsync(TimeSpan.FromSeconds(5));
        await queue.EnqueueAsync(new NewTask { Kind = TaskKind.Manual, Repository = RepositoryName.Parse("acme/shop"), Title = "Fix the till", Description = "", RequestedBy = "operator", ObservedAt = time.GetUtcNow() }, Token);
        time.Advance(TimeSpan.FromSeconds(5));
        var third = await reports.Reader.ReadAsync(Token);
        JsonElement.Parse(third.Body).GetProperty("queued_tasks").GetInt32().ShouldBe(1);
        BotDetails.Read(System.Text.Json.Nodes.JsonNode.Parse(third.Body)!["details"])!.Tasks.ShouldHaveSingleItem().Task.Title.ShouldBe("Fix the till");

        await reporter.StopAsync(Token);
        JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(_room.Data, "status.json"), Token)).GetProperty("status").GetString().ShouldBe("offline");
    }
}
