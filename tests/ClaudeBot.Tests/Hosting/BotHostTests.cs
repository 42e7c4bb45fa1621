using System.Net;
using System.Text.Json;
using ClaudeBot.Agents;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Hosting;

public sealed class BotHostTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<BotRole> Roles => [.. Enum.GetValues<BotRole>()];

    public void Dispose() => _room.Dispose();

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task The_container_of_every_role_can_make_all_its_services(BotRole role)
    {
        // Built with ValidateOnBuild and ValidateScopes: a missing service throws here.
        await using var host = _room.Build(role);
        host.Services.GetRequiredService<ICodingAgent>().Name.ShouldBe("api");
    }

    [Theory]
    [InlineData("api", "api")]
    [InlineData("claude-code", "claude-code")]
    public async Task AGENT_chooses_the_agent(string written, string name)
    {
        _room.Environment["AGENT"] = written;
        await using var host = _room.Build(BotRole.Worker);
        host.Services.GetRequiredService<ICodingAgent>().Name.ShouldBe(name);
    }

    [Fact]
    public async Task A_named_program_that_is_not_there_leaves_the_built_in_agent()
    {
        _room.Environment.Remove("AGENT");
        _room.Environment["CLAUDE_CODE_PATH"] = "/no/such/claude";
        await using var host = _room.Build(BotRole.Worker);
        host.Services.GetRequiredService<ICodingAgent>().Name.ShouldBe("api");
    }

    [Fact]
    public async Task A_route_answers_on_its_own_door_only_whatever_the_host_header_says()
    {
        await using var host = _room.Build(BotRole.Up);
        await host.StartAsync(Token);
        var ports = host.Services.GetRequiredService<Doors>().Ports;
        ports.Keys.ShouldBe([Door.Webhooks, Door.Metrics, Door.Status], ignoreOrder: true);
        using var http = new HttpClient();
        foreach (var (path, own) in new[]
        {
            ("/metrics", Door.Metrics), ("/health/live", Door.Metrics), ("/health/ready", Door.Metrics), ("/api/status", Door.Status),
            ("/api/bots", Door.Status), ("/api/tasks", Door.Status), ("/", Door.Status), ("/webhooks/github", Door.Webhooks),
        })
        {
            foreach (var (door, port) in ports)
            {
                using var request = new HttpRequestMessage(own == Door.Webhooks ? HttpMethod.Post : HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
                request.Headers.Host = $"127.0.0.1:{ports[own]}";
                using var answer = await http.SendAsync(request, Token);
                (answer.StatusCode != HttpStatusCode.NotFound).ShouldBe(door == own, $"{path} on the door {door} answered {answer.StatusCode}");
            }
        }

        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Without_a_webhook_secret_the_webhook_door_stays_closed()
    {
        _room.Environment.Remove("GITHUB_WEBHOOK_SECRET");
        await using var host = _room.Build(BotRole.Ingest);
        await host.StartAsync(Token);
        host.Services.GetRequiredService<Doors>().Ports.Keys.ShouldBe([Door.Metrics]);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task The_status_web_of_up_knows_its_own_bot_and_shows_no_secret()
    {
        var reported = new TaskCompletionSource();
        await using var host = _room.Build(BotRole.Up, services => services.AddSingleton<StatusListener>((_, _) =>
        {
            reported.TrySetResult();
            return Task.CompletedTask;
        }));
        await host.StartAsync(Token);
        await reported.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Token);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<Doors>().Ports[Door.Status]}") };

        var health = await http.GetAsync(new Uri("/api/health", UriKind.Relative), Token);
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        var status = await http.GetStringAsync(new Uri("/api/status/bot-of-tests", UriKind.Relative), Token);
        JsonElement.Parse(status).GetProperty("repository").GetString().ShouldBe("acme/shop");
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative), Token);
        foreach (var secret in new[] { "github-token-of-tests", "model-key-of-tests", "hook-secret-of-tests", HostRoom.StatusToken })
            (status + page).ShouldNotContain(secret);

        await host.StopAsync(Token);
        JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(_room.Data, "status.json"), Token)).GetProperty("status").GetString().ShouldBe("offline");
    }
}
