using ClaudeBot.Configuration;
using ClaudeBot.Queue;

namespace ClaudeBot.Operations;

/// <summary>Takes a report inside this process: the status web of <c>up</c>.</summary>
public delegate Task StatusListener(BotStatus status, CancellationToken cancellationToken);

/// <summary>
/// Writes <c>status.json</c> and tells the status web: at the start, every <c>STATUS_REPORT_INTERVAL</c>, soon after the
/// queue has changed, and once more, in the file alone, when the bot stops.
/// </summary>
public sealed partial class StatusReporter(
    StatusSnapshot snapshot,
    DetailsSnapshot details,
    Readiness readiness,
    QueueNotices notices,
    StatusWebClient web,
    IEnumerable<StatusListener> listeners,
    BotConfiguration configuration,
    TimeProvider time,
    ILogger<StatusReporter> logger) : BackgroundService
{
    /// <summary>However much changes, no report follows another sooner.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

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
        using var changed = new QueueSignal();
        notices.Changed += changed.Set;
        try
        {
            while (true)
            {
                await ReportAsync(stoppingToken);
                await Task.Delay(Pause, time, stoppingToken);
                await changed.WaitAsync(configuration.Get(BotSettings.StatusReportInterval) - Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            notices.Changed -= changed.Set;
        }
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        try
        {
            var status = await snapshot.TakeAsync(_startedAt, stoppingToken);
            var ready = await readiness.CheckAsync(stoppingToken);
            if (!ready.Ready)
                status = status with { Health = "unhealthy", Problems = ready.Problems };
            StatusFile.Write(configuration.DataDirectory, status);
            status = status with { Details = await details.TakeAsync(_startedAt, stoppingToken) };
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
