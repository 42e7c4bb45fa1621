using System.CommandLine;
using System.Net;
using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Operations;
using ClaudeBot.Queue;

namespace ClaudeBot.Commands;

/// <summary><c>health</c>: exit code 0 when a bot runs on this data folder and is ready; for a container's health check.</summary>
internal sealed class HealthCommand(GlobalOptions options, Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Command Build()
    {
        var web = new Option<bool>("--web") { Description = "Ask the status web of STATUS_PORT on this machine instead." };
        var health = new Command("health", "Tell whether the bot of this data folder runs and is ready. Exit code 0 or 1.\nExample: claude-bot health --json") { web, options.Json };
        health.SetAction(async (parsed, token) =>
        {
            var configuration = options.ReadChecked(parsed, surroundings, ConfigurationNeeds.None);
            if (parsed.GetValue(web))
                return await WebAsync(configuration, token);
            var bot = RunningBot.Read(configuration.DataDirectory);
            var (problems, paused) = bot is null || !DataFolderLock.IsTaken(configuration.DataDirectory)
                ? new Answer([$"no bot runs on the data folder {configuration.DataDirectory}"], null)
                : await AskAsync(bot, parsed, token);
            if (parsed.GetValue(options.Json))
                surroundings.Out.WriteJson(new { status = problems.Count == 0 ? "healthy" : "unhealthy", bot_id = bot?.BotId, started_at = bot?.StartedAt, problems, paused });
            else
                surroundings.Out.WriteLine(problems.Count == 0 ? $"healthy: {bot}{(paused is null ? "" : $"; the queue is {paused}")}" : $"unhealthy: {string.Join("; ", problems)}");
            return problems.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return health;
    }

    private async Task<Answer> AskAsync(RunningBot bot, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (bot.MetricsPort is not { } port)
        {
            // The door is closed, so the checks are made here.
            var here = new Answer([], null);
            await RoomAccess.UseAsync(parsed, options, surroundings, ConfigurationNeeds.None, async services =>
            {
                var report = await ActivatorUtilities.CreateInstance<Readiness>(services).CheckAsync(cancellationToken);
                here = new Answer(report.Problems, report.Ready ? (await services.GetRequiredService<ITaskQueue>().PausedAsync(cancellationToken))?.ToString() : null);
                return ExitCode.Ok;
            });
            return here;
        }

        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(Door(bot.Address, port, "/health/ready"), cancellationToken);
            var body = await answer.Content.ReadFromJsonAsync<Answer>(ReportJson.Form, cancellationToken);
            return new Answer(answer.IsSuccessStatusCode ? [] : body?.Problems ?? [$"it answers {(int)answer.StatusCode}"], body?.Paused);
        }
        catch (Exception error) when (error is HttpRequestException or System.Text.Json.JsonException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new Answer([$"it does not answer on port {port}: {error.Message}"], null);
        }
    }

    private async Task<int> WebAsync(BotConfiguration configuration, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        var door = Door(configuration.Get(DoorSettings.BindAddress)!, configuration.Get(DoorSettings.StatusPort) ?? 0, "/health");
        try
        {
            using var answer = await http.GetAsync(door, cancellationToken);
            surroundings.Out.WriteLine(answer.IsSuccessStatusCode ? "healthy" : $"unhealthy: {door} answers {(int)answer.StatusCode}");
            return answer.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Failed;
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            surroundings.Out.WriteLine($"unhealthy: {door} does not answer: {error.Message}");
            return ExitCode.Failed;
        }
    }

    internal static Uri Door(string bindAddress, int port, string path)
    {
        var address = IPAddress.Parse(bindAddress) switch
        {
            var any when any.Equals(IPAddress.Any) => IPAddress.Loopback,
            var any when any.Equals(IPAddress.IPv6Any) => IPAddress.IPv6Loopback,
            var own => own,
        };
        return new Uri($"http://{new IPEndPoint(address, port)}{path}");
    }

    private sealed record Answer(IReadOnlyList<string> Problems, string? Paused);
}
