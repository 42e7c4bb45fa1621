using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>How often the ledger is copied, and how long what is over is kept.</summary>
public static class DataSettings
{
    private const string Room = "Backups and retention";

    public static Setting<TimeSpan> BackupInterval { get; } = new("BACKUP_INTERVAL", DurationKind.Hours(TimeSpan.Zero, TimeSpan.FromDays(30)), TimeSpan.FromHours(24), "How often the ledger is copied to backups/ in the data folder; 0: never.") { Room = Room };

    public static Setting<int> BackupKeep { get; } = new("BACKUP_KEEP", Whole(1, 1000), 7, "Copies that are kept in backups/; the oldest go.") { Room = Room };

    public static Setting<int> RetentionDays { get; } = new("RETENTION_DAYS", Whole(0, 3650), 30, "Days for which ended tasks, decided deliveries, events, transcripts and files of ended tasks are kept, at least 3; 0: for ever.") { Room = Room };

    public static IReadOnlyList<Setting> All { get; } = [BackupInterval, BackupKeep, RetentionDays];
}
