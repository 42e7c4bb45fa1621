using System.Text.Json;
using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Tests.Commands;
using ClaudeBot.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Operations;

public sealed class StatusReportTests : IDisposable
{
    private readonly HostRoom _web = new();
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _web.Dispose();
        _room.Dispose();
    }

    [Fact]
    public async Task A_report_is_written_and_reaches_the_status_web_that_stands_alone()
    {
        await using var web = await StartWebAsync();
        _room.Environment["STATUS_TOKEN"] = HostRoom.StatusToken;
        await _room.AddAsync("--priority", "urgent");

        var report = await _room.RunAsync("status", "report", "--bot-id", "the-bot", "--web-url", Address(web).ToString());

        report.Code.ShouldBe(ExitCode.Ok, report.All);
        report.Out.ShouldContain("Status published to web dashboard");
        report.Out.ShouldContain("Queued: 1");
        using var http = new HttpClient { BaseAddress = Address(web) };
        var seen = JsonElement.Parse(await http.GetStringAsync(new Uri("/api/status/the-bot", UriKind.Relative), Token));
        seen.GetProperty("queued_tasks").GetInt32().ShouldBe(1);
        seen.GetProperty("queue_details").GetProperty("urgent_priority").GetInt32().ShouldBe(1);
        var written = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(_room.Data, "status.json"), Token));
        written.EnumerateObject().Select(field => field.Name).ShouldBe([
            "bot_id", "timestamp", "status", "health", "uptime", "repository", "bot_label", "environment",
            "queued_tasks", "processed_tasks", "queue_details", "recent_activity", "sandbox", "day_budget",
            "running_tasks", "needs_input_tasks", "processed_today", "oldest_waiting_at", "takes_orders", "problems",
        ]);
        // No bot runs on the folder: a report by hand does not claim one.
        written.GetProperty("status").GetString().ShouldBe("offline");
    }

    [Fact]
    public async Task A_wrong_token_ends_with_77_and_is_not_repeated()
    {
        await using var web = await StartWebAsync();
        _room.Environment["STATUS_TOKEN"] = "another-token-of-tests";
        var report = await _room.RunAsync("status", "report", "--web-url", Address(web).ToString());
        report.Code.ShouldBe(ExitCode.Authentication);
        report.Error.ShouldContain("STATUS_TOKEN");
        report.All.ShouldNotContain("another-token-of-tests");
    }

    [Fact]
    public async Task An_unreachable_status_web_ends_with_69_and_the_file_is_written_all_the_same()
    {
        var report = await _room.RunAsync("status", "report", "--web-url", "http://127.0.0.1:1");
        report.Code.ShouldBe(ExitCode.Unavailable);
        File.Exists(Path.Combine(_room.Data, "status.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task Beside_one_pass_that_takes_no_orders_the_bot_of_before_is_not_reported_as_running()
    {
        _room.Environment["STATUS_ACTIONS"] = "true";
        _room.Environment["STATUS_WEB_URL"] = "http://127.0.0.1:1";
        using (DataFolderLock.Take(_room.Data, BotRole.Up))
        {
            new RunningBot(1, "bot-of-tests", TimeProvider.System.GetUtcNow(), "127.0.0.1", null, null, null).Write(_room.Data);
            (await TakesOrdersAsync()).ShouldBe((true, "idle"));
        }

        using (DataFolderLock.Take(_room.Data, BotRole.Once))
            (await TakesOrdersAsync()).ShouldBe((false, "offline"));

        async Task<(bool, string?)> TakesOrdersAsync()
        {
            var status = (await _room.RunAsync("status", "show", "--json")).Json;
            return (status.GetProperty("takes_orders").GetBoolean(), status.GetProperty("status").GetString());
        }
    }

    [Fact]
    public async Task Health_tells_a_running_bot_from_none()
    {
        _room.Environment["BOT_DATA_DIR"] = _web.Data;
        var before = await _room.RunAsync("health", "--json");
        before.Code.ShouldBe(ExitCode.Failed);
        before.Json.GetProperty("problems").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldContain("no bot runs");

        using (DataFolderLock.Take(_web.Data, BotRole.All))
        {
            await using var host = _web.Build(BotRole.Ingest);
            await host.StartAsync(Token);
            var running = await _room.RunAsync("health", "--json");
            running.Code.ShouldBe(ExitCode.Ok, running.All);
            running.Json.GetProperty("status").GetString().ShouldBe("healthy");
            running.Json.GetProperty("bot_id").GetString().ShouldBe("bot-of-tests");
            await host.StopAsync(Token);

            // The lock is held but nobody listens: a bot that hangs.
            (await _room.RunAsync("health")).Code.ShouldBe(ExitCode.Failed);
        }
    }

    [Fact]
    public async Task Health_asks_the_status_web_that_stands_alone()
    {
        await using var web = await StartWebAsync();
        _room.Environment["STATUS_PORT"] = $"{Address(web).Port}";
        (await _room.RunAsync("health", "--web")).Code.ShouldBe(ExitCode.Ok);
        await web.StopAsync(Token);
        (await _room.RunAsync("health", "--web")).Code.ShouldBe(ExitCode.Failed);
    }

    private async Task<WebApplication> StartWebAsync()
    {
        _web.Environment["STATUS_DATA_DIR"] = Path.Combine(_web.Data, "reports");
        var web = BotHost.BuildWeb(_web.Configuration(), 0, TimeProvider.System);
        await web.StartAsync(Token);
        return web;
    }

    private static Uri Address(WebApplication web) => new($"http://127.0.0.1:{web.Services.GetRequiredService<Doors>().Ports[Door.Status]}");
}
