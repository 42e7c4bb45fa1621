using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>Who this bot is, where it keeps things and how it talks.</summary>
public static class BotSettings
{
    private const string Room = "The bot itself";

    public static Setting<string?> BotId { get; } = new("BOT_ID", Identifier, "claude-bot", "Name of this bot on the status page and in the metrics.") { Room = Room };

    public static Setting<string?> DataDirectory { get; } = new("BOT_DATA_DIR", SettingKinds.Path, "/bot/data", "Data folder: ledger, queue files, mirrors, workspaces. One bot uses it, or one ingest and its workers.") { Room = Room, FileAliases = ["data_dir"] };

    public static Setting<string?> ConfigurationFile { get; } = new("BOT_CONFIG_FILE", SettingKinds.Path, null, "YAML or JSON file with any of these settings; keys as in the column File key, or the names in upper case.") { Room = Room, FileAliases = ["config_file"] };

    public static Setting<string?> DatabaseUrl { get; } = new("DATABASE_URL", Text, null, "PostgreSQL for several machines; empty: SQLite in the data folder.") { Room = Room, Use = SettingUse.Planned };

    public static Setting<TimeSpan> StatusReportInterval { get; } = new("STATUS_REPORT_INTERVAL", DurationKind.Seconds(TimeSpan.FromSeconds(60), TimeSpan.FromDays(1)), TimeSpan.FromSeconds(300), "How often status.json is written and the status web is told.") { Room = Room };

    public static Setting<Uri?> StatusWebUrl { get; } = new("STATUS_WEB_URL", Address, null, "The status web that is told, as http://claude-status-web:5000; 'up' tells its own as well.") { Room = Room };

    public static SecretSetting StatusToken { get; } = new("STATUS_TOKEN", "Shared by bot and status web: needed for reports and for every action on the page.") { Room = Room };

    public static Setting<bool> StatusActions { get; } = new("STATUS_ACTIONS", Flag, false, "Obey what operators order on the status web of STATUS_WEB_URL: cancel, retry, priority, pause, resume. It is asked every five seconds with STATUS_TOKEN; 'up' needs no leave for its own.") { Room = Room };

    public static Setting<bool> StatusPublic { get; } = new("STATUS_PUBLIC", Flag, true, "Whoever reaches the status port may read; false: reading needs STATUS_TOKEN too.") { Room = Room };

    public static Setting<string?> LogLevel { get; } = new("LOG_LEVEL", OneOf("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "INFO", "The least important level that is logged.") { Room = Room };

    public static Setting<bool> DebugMode { get; } = new("DEBUG_MODE", Flag, false, "Log everything, the libraries' messages too.") { Room = Room, FileAliases = ["enable_debug_mode"] };

    public static Setting<bool> StructuredLogging { get; } = new("ENABLE_STRUCTURED_LOGGING", Flag, false, "Log one JSON object a line.") { Room = Room };

    public static Setting<string?> LogDirectory { get; } = new("BOT_LOG_DIR", SettingKinds.Path, "/bot/logs", "Folder of the log files, which have the lines of standard output: claude-bot.log and, of each, five that were put aside at 10 MB. The default is used where it exists; one that is set is made.") { Room = Room, FileAliases = ["log_dir"] };

    public static Setting<string?> NodeVersion { get; } = new("NODE_VERSION", Text, null, "Shown on the status page as the Node.js of the target project.") { Room = Room };

    public static Setting<string?> DotnetEnvironment { get; } = new("DOTNET_ENVIRONMENT", Text, null, "Shown on the status page as the environment of the target project; the bot never takes it as its own.") { Room = Room };

    public static IReadOnlyList<Setting> All { get; } =
    [
        BotId, DataDirectory, ConfigurationFile, DatabaseUrl, StatusReportInterval, StatusWebUrl, StatusToken, StatusActions, StatusPublic,
        LogLevel, DebugMode, StructuredLogging, LogDirectory, NodeVersion, DotnetEnvironment,
    ];
}
