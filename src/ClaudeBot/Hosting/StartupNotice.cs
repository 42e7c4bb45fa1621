using ClaudeBot.Agents;
using ClaudeBot.Configuration;

namespace ClaudeBot.Hosting;

/// <summary>Says in the log and in <c>tmp/ports.json</c> where this bot listens, once it does.</summary>
internal sealed partial class StartupNotice(BotRole role, Doors doors, BotConfiguration configuration, ICodingAgent agent, TimeProvider time, ILogger<StartupNotice> logger) : LifecycleService
{
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        var ports = doors.Ports;
        int? Port(Door door) => ports.TryGetValue(door, out var port) ? port : null;
        var bot = new RunningBot(
            Environment.ProcessId,
            configuration.Get(BotSettings.BotId)!,
            time.GetUtcNow(),
            configuration.Get(DoorSettings.BindAddress)!,
            Port(Door.Webhooks),
            Port(Door.Metrics),
            Port(Door.Status));
        // Beside workers, the one that takes in is the bot to talk to.
        if (role != BotRole.Worker)
            bot.Write(configuration.DataDirectory);
        Log.Started(logger, bot.BotId, agent.Name, string.Join(' ', ports.Select(pair => $"{pair.Key.ToString().ToLowerInvariant()}_port={pair.Value}")));
        foreach (var warning in configuration.Warnings)
            Log.Warned(logger, warning);
        return Task.CompletedTask;
    }

    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "started bot_id={BotId} agent={Agent} {Ports}")]
        public static partial void Started(ILogger logger, string botId, string agent, string ports);

        [LoggerMessage(2, LogLevel.Warning, "configuration: {Warning}")]
        public static partial void Warned(ILogger logger, ConfigurationFault warning);

        [LoggerMessage(3, LogLevel.Information, "stopping: running tasks are set aside")]
        public static partial void Stopping(ILogger logger);
    }
}
