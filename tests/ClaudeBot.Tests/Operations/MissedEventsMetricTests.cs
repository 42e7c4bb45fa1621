using ClaudeBot.Hosting;
using ClaudeBot.Tests.Hosting;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Operations;

public sealed class MissedEventsMetricTests : IDisposable
{
    private readonly HostRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    // One scrape for each: the exporter gives the same answer again within 300 ms.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Recovered_events_are_counted_and_the_series_is_there_from_zero(int recovered)
    {
        await using var host = _room.Build(BotRole.All);
        await host.StartAsync(Token);
        for (var number = 0; number < recovered; number++)
            host.Services.GetRequiredService<MissedEvents>().Count();
        using var http = new HttpClient();
        var door = new Uri($"http://127.0.0.1:{host.Services.GetRequiredService<Doors>().Ports[Door.Metrics]}/metrics");

        var lines = (await http.GetStringAsync(door, Token)).Split('\n');
        await host.StopAsync(Token);

        lines.Single(line => line.StartsWith("claude_bot_missed_events_recovered_total{bot_id=\"bot-of-tests\"", StringComparison.Ordinal)).Split(' ')[1].ShouldBe($"{recovered}");
    }
}
