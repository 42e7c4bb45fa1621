using System.Threading.Channels;
using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Operations.Monitoring;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Tests.Commands;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.Hosting;
using ClaudeBot.Tests.StatusWeb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Operations.Monitoring;

public sealed class PushgatewayTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_single_pass_pushes_what_it_counted_at_its_end()
    {
        await using var gateway = await ScriptedGitHub.StartAsync();
        gateway.Answer = (_, http) => { http.Response.StatusCode = 202; return Task.CompletedTask; };
        using var room = new CommandRoom();
        await using var town = await Town.StartAsync(new() { DataFolder = room.PathOf("github") }, null, Token);
        foreach (var (name, value) in town.BotSettings())
            room.Environment[name] = value;
        (room.Environment["AGENT"], room.Environment["BOT_ID"], room.Environment["ENABLE_METRICS"]) = ("api", "nightly", "false");
        room.Environment["PROMETHEUS_PUSHGATEWAY_URL"] = gateway.Address + "/";
        await town.Host.GitHub.LabelAsync(town.Sample.Name, 1, town.Owner, "claude-bot", Token);

        (await room.RunAsync("once")).Code.ShouldBe(ExitCode.Ok);

        var push = gateway.Seen.ShouldHaveSingleItem();
        (push.Method, push.PathAndQuery).ShouldBe(("PUT", "/metrics/job/claude_bot_once/instance/nightly"));
        push.Body.ShouldContain("claude_bot_tasks_total{status=\"success\",task_type=\"issue\",bot_id=\"nightly\"} 1\n");
    }

    [Fact]
    public async Task A_gateway_that_refuses_costs_a_warning_and_leads_nowhere_else()
    {
        await using var gateway = await ScriptedGitHub.StartAsync();
        gateway.Answer = (_, http) => { http.Response.Redirect(gateway.Address + "/elsewhere"); return Task.CompletedTask; };
        using var room = new CommandRoom();
        room.Complete();
        room.Environment["PROMETHEUS_PUSHGATEWAY_URL"] = gateway.Address.ToString();

        (await room.RunAsync("once")).Code.ShouldBe(ExitCode.Unavailable, "GitHub is away, and a push changes nothing of the pass's end");

        gateway.Seen.ShouldHaveSingleItem().PathAndQuery.ShouldNotContain("elsewhere");
    }

    [Fact]
    public async Task A_bot_that_stays_up_pushes_every_minute_and_when_it_has_stopped_and_tells_once_that_it_cannot()
    {
        var pushes = Channel.CreateUnbounded<SeenRequest>();
        var status = 500;
        await using var gateway = await ScriptedGitHub.StartAsync();
        gateway.Answer = (request, http) =>
        {
            http.Response.StatusCode = status;
            http.Response.OnCompleted(() => pushes.Writer.WriteAsync(request).AsTask());
            return Task.CompletedTask;
        };
        using var room = new HostRoom();
        room.Environment["PROMETHEUS_PUSHGATEWAY_URL"] = gateway.Address.ToString();
        await using var host = room.Build(BotRole.Once);
        var time = new HeardTime(new DateTimeOffset(2026, 3, 4, 5, 0, 0, TimeSpan.Zero));
        var logs = new FakeLogCollector();
        using var client = new Pushgateway(host.Services.GetRequiredService<MetricsExport>(), room.Configuration(), TimeProvider.System, new FakeLogger<Pushgateway>(logs), Pushgateway.BotJob);
        using var push = new MetricsPush(client, time, isShort: false);

        await push.StartAsync(Token);
        await time.HearWaitAsync(MetricsPush.Interval);
        foreach (var answer in new[] { 500, 500, 200 })
        {
            status = answer;
            time.Advance(MetricsPush.Interval);
            await pushes.Reader.ReadAsync(Token);
        }

        await push.StopAsync(Token);
        gateway.Seen.Count.ShouldBe(3);
        await push.StoppedAsync(Token);
        gateway.Seen.Count.ShouldBe(4);
        gateway.Seen[^1].PathAndQuery.ShouldStartWith("/metrics/job/claude_bot/instance/");
        logs.GetSnapshot().Select(record => (record.Level, record.Message.Contains("it answers 500", StringComparison.Ordinal))).ShouldBe([(LogLevel.Warning, true), (LogLevel.Information, false)]);
    }

    [Theory]
    [InlineData("http://name:word@gateway:9091")]
    [InlineData("http://gateway:9091/?token=word")]
    [InlineData("gateway:9091")]
    public async Task An_address_that_could_hold_a_secret_or_is_none_is_refused_without_being_shown(string address)
    {
        using var room = new CommandRoom();
        room.Complete();
        room.Environment["PROMETHEUS_PUSHGATEWAY_URL"] = address;

        var refused = await room.RunAsync("once");

        refused.Code.ShouldBe(ExitCode.Configuration);
        refused.All.ShouldContain("PROMETHEUS_PUSHGATEWAY_URL");
        refused.All.ShouldNotContain("word");
    }
}
