using ClaudeBot.Configuration;
using ClaudeBot.Ledger;

namespace ClaudeBot.Operations.Backups;

/// <summary>Copies the ledger every <c>BACKUP_INTERVAL</c>, counted from the newest copy, across restarts.</summary>
internal sealed partial class AutomaticBackup(BackupMaker maker, LedgerOptions ledger, BotConfiguration configuration, TimeProvider time, ILogger<AutomaticBackup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Retry = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var (interval, keep) = (configuration.Get(DataSettings.BackupInterval), configuration.Get(DataSettings.BackupKeep));
        if (interval == TimeSpan.Zero)
            return;
        var folder = new BackupFolder(ledger.BackupDirectory, time);
        try
        {
            while (true)
            {
                if (folder.Newest is { } newest && newest + interval - time.GetUtcNow() is { Ticks: > 0 } wait)
                    await Task.Delay(wait < interval ? wait : interval, time, stoppingToken); // Longer only where the clock was put back.
                else if (!await TryAsync(folder, keep, stoppingToken))
                    await Task.Delay(interval < Retry ? interval : Retry, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task<bool> TryAsync(BackupFolder folder, int keep, CancellationToken stoppingToken)
    {
        try
        {
            var backup = await maker.MakeAsync(folder.NewFile(withFiles: false), withFiles: false, "bot", stoppingToken);
            folder.Rotate(keep);
            Log.Made(logger, backup.File, backup.Content.AllTasks);
            return true;
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Failed(logger, error.Message);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "backup {File} made, tasks={Tasks}")]
        public static partial void Made(ILogger logger, string file, long tasks);

        [LoggerMessage(2, LogLevel.Error, "no backup: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
