using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue.Spool;

/// <summary>Keeps the spool in step: at once when the system reports a change or a task changed, and now and then anyway.</summary>
public sealed partial class SpoolService(
    Spool spool, SpoolOptions options, DataFolder folder, QueueNotices notices, TimeProvider time, ILogger<SpoolService> logger)
    : BackgroundService
{
    private readonly QueueSignal _signal = new();
    private readonly Outage _outage = new();

    /// <summary>The folders are there before other services start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await spool.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A last sweep: what the workers put back as they ended has its file too.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (ExecuteTask is not null && !cancellationToken.IsCancellationRequested)
            await SweepAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _signal.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        notices.Changed += _signal.Set;
        using var watcher = Watch();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var soon = await SweepAsync(stoppingToken);
                await _signal.WaitAsync(soon && options.SettleTime < options.SweepInterval ? options.SettleTime : options.SweepInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            notices.Changed -= _signal.Set;
        }
    }

    private async Task<bool> SweepAsync(CancellationToken stoppingToken)
    {
        try
        {
            var soon = await spool.SweepAsync(stoppingToken);
            if (_outage.Ends())
                Log.BackInStep(logger);
            return soon;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.SweepFailed(logger, _outage.Fails() ? LogLevel.Error : LogLevel.Debug, exception);
            return false;
        }
    }

    private FileSystemWatcher? Watch()
    {
        try
        {
            var watcher = new FileSystemWatcher(folder.Queue);
            watcher.Created += (_, _) => _signal.Set();
            watcher.Changed += (_, _) => _signal.Set();
            watcher.Deleted += (_, _) => _signal.Set();
            watcher.Renamed += (_, _) => _signal.Set();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException exception)
        {
            // The system allows no more watches; the sweep sees everything, only later.
            Log.NoWatch(logger, exception);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage("The queue folder could not be brought in step; trying again every few seconds")]
        public static partial void SweepFailed(ILogger logger, LogLevel level, Exception exception);

        [LoggerMessage(LogLevel.Information, "The queue folder is in step again")]
        public static partial void BackInStep(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "The queue folder cannot be watched; it is looked at now and then")]
        public static partial void NoWatch(ILogger logger, Exception exception);
    }
}
