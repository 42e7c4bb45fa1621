namespace ClaudeBot.Hosting.Logging;

/// <summary>Says in the log, which is on standard output in any case, that no log file can be written.</summary>
internal sealed partial class LogFileNotice(LogFile file, ILogger<LogFileNotice> logger) : LifecycleService
{
    public override Task StartedAsync(CancellationToken cancellationToken)
    {
        if (file.Fault is { } fault)
            Log.NotWritten(logger, fault);
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "log files cannot be written, standard output alone has the log: {Reason} Give this user write permission in BOT_LOG_DIR, or set it to another folder")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
