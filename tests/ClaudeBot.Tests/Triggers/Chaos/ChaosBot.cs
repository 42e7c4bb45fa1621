using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Hosting;
using ClaudeBot.Queue;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Hosting;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Triggers.Chaos;

/// <summary>One life of the bot: the real composition on a data folder that outlives it, moved by the test instead of by time.</summary>
internal sealed class ChaosBot : IAsyncDisposable
{
    private readonly WebApplication _host;

    private ChaosBot(WebApplication host) => _host = host;

    public ITaskQueue Queue => Get<ITaskQueue>();

    public long Recovered => Get<MissedEvents>().Recovered;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ChaosBot> StartAsync(HostRoom room, TimeProvider time)
    {
        var host = BotHost.Build(room.Configuration(), BotRole.Once, time, services => services
            .AddWebhooks()
            .AddSingleton<ICodingAgent>(provider => new ScriptedAgent(
                _ => [new ScriptedStep.Write("answer.txt", "42\n")],
                provider.GetRequiredService<AgentOptions>(),
                provider.GetRequiredService<SandboxRunner>(),
                provider.GetRequiredService<SecretMask>(),
                time)));
        await host.StartAsync(Token);
        return new ChaosBot(host);
    }

    public Task<Microsoft.AspNetCore.Http.IResult> ReceiveAsync(Microsoft.AspNetCore.Http.HttpContext http) => Get<WebhookDoor>().ReceiveAsync(http);

    public Task<PollSummary> PollAsync() => Get<IssuePoller>().PollOnceAsync(Token);

    public Task<SweepSummary> SweepAsync() => Get<DeliverySweep>().SweepOnceAsync(Token);

    /// <summary>Decides what lies in the inbox; true when there was anything.</summary>
    public async Task<bool> DecideAsync() => await Get<TriggerProcessor>().DrainAsync(Token) > 0;

    /// <summary>Works until the queue is empty, and shows on GitHub what no run shows.</summary>
    public async Task WorkAsync()
    {
        await Get<QueueWorker>().DrainAsync(Token);
        await Get<StateAnnouncer>().RunOnceAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await _host.DisposeAsync();
    }

    private T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}
