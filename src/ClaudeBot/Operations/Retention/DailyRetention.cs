using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Retention;

/// <summary>Prunes once a day what is older than <c>RETENTION_DAYS</c>; the first time shortly after the start, when the bot has settled.</summary>
internal sealed partial class DailyRetention(DataRetention retention, BotConfiguration configuration, TimeProvider time, ILogger<DailyRetention> logger) : BackgroundService
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.Get(DataSettings.RetentionDays) is var days && days == 0)
            return;
        try
        {
            await Task.Delay(FirstWait, time, stoppingToken);
            while (true)
            {
                await PruneAsync(TimeSpan.FromDays(days), stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task PruneAsync(TimeSpan age, CancellationToken stoppingToken)
    {
        try
        {
            var (rows, files) = await retention.PruneAsync(time.GetUtcNow() - age, "bot", stoppingToken);
            Log.Pruned(logger, rows, files);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "old data removed: {Rows} {Files}")]
        public static partial void Pruned(ILogger logger, Ledger.Sqlite.PrunedRows rows, PrunedFiles files);

        [LoggerMessage(2, LogLevel.Error, "old data could not be removed: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
