using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>The addresses that the program listens on, and what it tells monitoring.</summary>
public static class DoorSettings
{
    private const string Room = "Ports and monitoring";

    public static Setting<string?> BindAddress { get; } = new("BIND_ADDRESS", IpAddress, "127.0.0.1", "Address of all ports below; 0.0.0.0 in a container.") { Room = Room };

    public static Setting<int?> WebhookPort { get; } = new("WEBHOOK_PORT", Port, 8088, "GitHub's webhook deliveries: POST /webhooks/github.") { Room = Room };

    public static Setting<int?> MetricsPort { get; } = new("METRICS_PORT", Port, 8000, "/metrics, /health/live and /health/ready.") { Room = Room };

    public static Setting<int?> StatusPort { get; } = new("STATUS_PORT", Port, 8080, "The status web, for 'up' and 'web'.") { Room = Room };

    public static Setting<string?> StatusDataDirectory { get; } = new("STATUS_DATA_DIR", SettingKinds.Path, "/app/data", "Where 'web' keeps the last reports; 'up' keeps them in the data folder unless this is set.") { Room = Room };

    public static Setting<bool> Metrics { get; } = new("ENABLE_METRICS", Flag, true, "Answer /metrics.") { Room = Room };

    public static Setting<bool> HealthChecks { get; } = new("ENABLE_HEALTH_CHECKS", Flag, true, "Answer /health/ready with checks; off: always ready.") { Room = Room };

    public static Setting<TimeSpan> HealthCheckInterval { get; } = new("HEALTH_CHECK_INTERVAL", DurationKind.Seconds(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), TimeSpan.FromSeconds(30), "How long /health/ready takes the ledger's last good answer as good.") { Room = Room };

    public static Setting<int> DiskFloor { get; } = new("DISK_FLOOR_MB", Whole(0, 1_000_000), 512, "Free megabytes in the data folder under which no task is started and the bot is not ready; deliveries are still taken.") { Room = Room };

    public static Setting<Uri?> OtlpEndpoint { get; } = new("OTEL_EXPORTER_OTLP_ENDPOINT", Address, null, "Where the traces of tasks are sent, as http://collector:4318: OTLP over HTTP with protobuf, to /v1/traces below it.") { Room = Room };

    public static Setting<Uri?> Pushgateway { get; } = new("PROMETHEUS_PUSHGATEWAY_URL", PlainAddress, null, "Prometheus Pushgateway, as http://pushgateway:9091, that is given all metrics, as instance BOT_ID: by 'once' at its end as job claude_bot_once, else as job claude_bot every minute and at the stop. Processes that push need a BOT_ID each. For passes that nobody can scrape; a bot that stays up is better scraped.") { Room = Room };

    public static Setting<bool> Notifications { get; } = new("ENABLE_WEBHOOKS", Flag, false, "Send notifications to WEBHOOK_URL (not GitHub's webhooks).") { Room = Room };

    public static SecretSetting NotificationUrl { get; } = new("WEBHOOK_URL", "Where notifications of ends and questions go: an address that takes Slack's incoming webhooks. Each is sent at most once, and no work waits for it.") { Room = Room };

    public static Setting<Uri?> StatusPublicUrl { get; } = new("STATUS_PUBLIC_URL", Address, null, "The status web as people reach it, for links in comments; empty: no links.") { Room = Room };

    public static IReadOnlyList<Setting> All { get; } =
    [
        BindAddress, WebhookPort, MetricsPort, StatusPort, StatusDataDirectory, Metrics, HealthChecks, HealthCheckInterval, DiskFloor,
        OtlpEndpoint, Pushgateway, Notifications, NotificationUrl, StatusPublicUrl,
    ];
}
