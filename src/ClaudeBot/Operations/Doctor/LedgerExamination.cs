using System.Runtime.CompilerServices;
using ClaudeBot.Configuration;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations.Backups;
using ClaudeBot.Queue;

namespace ClaudeBot.Operations.Doctor;

/// <summary>The ledger opens, is sound by SQLite's own check, and has a fresh backup; the queue is not paused.</summary>
internal sealed class LedgerExamination(LedgerOptions options, BotConfiguration configuration, IServiceProvider services, TimeProvider time) : IExamination
{
    private const string Restore = "Restore a backup: 'claude-bot data restore FILE --force'; docs/RUNBOOK.md tells how";

    public string Subject => "ledger";

    public async IAsyncEnumerable<Finding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!File.Exists(options.DatabasePath))
        {
            yield return Finding.Ok(Subject, "there is none yet; the bot's first start makes it");
            yield break;
        }

        if (services.GetService<LedgerUpgrade>() is { } upgrade)
        {
            yield return Finding.Warning(Subject, $"the bot's next start upgrades it from schema {upgrade.From} to {upgrade.To}, and keeps a copy of it in {options.BackupDirectory}", "It is not looked into before: a bot of the earlier version may be at work on it. Start the bot of this version, and run this again");
            yield break;
        }

        var faults = await FaultsAsync(cancellationToken);
        foreach (var fault in faults)
            yield return Finding.Fault(Subject, FaultKind.Unavailable, fault, Restore);
        if (faults.Count > 0)
            yield break;
        var queue = services.GetRequiredService<ITaskQueue>();
        var counts = (await queue.CountAsync(cancellationToken)).ByState;
        yield return Finding.Ok(Subject, $"sound; {counts.GetValueOrDefault(TaskState.Waiting)} tasks wait, {counts.GetValueOrDefault(TaskState.Running)} run");
        if (await queue.PausedAsync(cancellationToken) is { } pause)
            yield return Finding.Warning("queue", $"the queue is {pause}", "'claude-bot queue resume' ends that");
        if (Backup() is { } backup)
            yield return backup;
    }

    private async Task<IReadOnlyList<string>> FaultsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SpoolCheck.LedgerFaultsAsync(services.GetRequiredService<SqliteLedger>(), cancellationToken);
        }
        catch (Exception error) when (error is LedgerUnavailableException or LedgerVersionException)
        {
            return [error.Message];
        }
    }

    private Finding? Backup()
    {
        var interval = configuration.Get(DataSettings.BackupInterval);
        const string Check = "backup";
        const string Remedy = "Look for ERROR lines about the backup in the log, or make one now: 'claude-bot data backup'";
        if (interval == TimeSpan.Zero)
            return Finding.Warning(Check, "BACKUP_INTERVAL is 0: the ledger is never copied", "Set it, or run 'claude-bot data backup' from a timer");
        var now = time.GetUtcNow();
        if (new BackupFolder(options.BackupDirectory, time).Newest is { } newest)
            return now - newest <= interval * 2 ? Finding.Ok(Check, $"the newest is of {newest:u}") : Finding.Warning(Check, $"the newest is of {newest:u}, although one is due every {interval.TotalHours:0.#} hours", Remedy);
        // A young installation has none yet.
        return now - new FileInfo(options.DatabasePath).CreationTimeUtc > interval * 2 ? Finding.Warning(Check, $"there is none in {options.BackupDirectory}", Remedy) : null;
    }
}
