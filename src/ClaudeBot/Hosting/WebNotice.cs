using ClaudeBot.Configuration;

namespace ClaudeBot.Hosting;

/// <summary>Says in the log where the stand-alone status web listens, once it does.</summary>
internal sealed partial class WebNotice(Doors doors, BotConfiguration configuration, ILogger<WebNotice> logger) : LifecycleService
{
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        Log.Started(logger, doors.Ports[Door.Status]);
        if (configuration.Secret(BotSettings.StatusToken).Current() is null)
            Log.NoToken(logger);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "started status_port={Port}")]
        public static partial void Started(ILogger logger, int port);

        [LoggerMessage(2, LogLevel.Warning, "auth: STATUS_TOKEN is not set, so that no bot's report is taken")]
        public static partial void NoToken(ILogger logger);
    }
}
