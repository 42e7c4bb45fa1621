using ClaudeBot.Configuration;

namespace ClaudeBot.Operations;

/// <summary>Takes a report inside this process: the status web of <c>up</c>.</summary>
public delegate Task StatusListener(BotStatus status, CancellationToken cancellationToken);

/// <summary>
/// Writes <c>status.json</c> and tells the status web: at the start, every <c>STATUS_REPORT_INTERVAL</c>, and once more,
/// in the file alone, when the bot stops.
/// </summary>
public sealed partial class StatusReporter(
    StatusSnapshot snapshot,
    Readiness readiness,
    StatusWebClient web,
    IEnumerable<StatusListener> listeners,
    BotConfiguration configuration,
    TimeProvider time,
    ILogger<StatusReporter> logger) : BackgroundService
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            StatusFile.Write(configuration.DataDirectory, await snapshot.TakeAsync(null, cancellationToken));
        }
        catch (Exception error)
        {
            Log.NotReported(logger, error.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(configuration.Get(BotSettings.StatusReportInterval), time);
        try
        {
            do
            {
                await ReportAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        try
        {
            var status = await snapshot.TakeAsync(_startedAt, stoppingToken);
            if (!(await readiness.CheckAsync(stoppingToken)).Ready)
                status = status with { Health = "unhealthy" };
            StatusFile.Write(configuration.DataDirectory, status);
            foreach (var listener in listeners)
                await listener(status, stoppingToken);
            await web.PublishAsync(status, stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            Log.NotReported(logger, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "status not reported: {Reason}")]
        public static partial void NotReported(ILogger logger, string reason);
    }
}
