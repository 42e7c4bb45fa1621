using ClaudeBot.Configuration;
using ClaudeBot.Queue;
using static ClaudeBot.Operations.Monitoring.MetricKind;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>
/// Every metric of <c>/metrics</c>, all with the label <c>bot_id</c> as well. Each series that is known beforehand is there
/// from the start with 0: without it a first error, or a ratio, would be missing in a query.
/// </summary>
internal static class MetricCatalogue
{
    private static readonly double[] TaskBuckets = [5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600];
    private static readonly double[] PickupBuckets = [1, 5, 15, 60, 300, 900, 3600, 14400];
    private static readonly double[] ApiBuckets = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];
    private static readonly string[] Outcomes = ["success", "error"];
    private static readonly string[] Apis = ["github", "anthropic"];

    private static readonly string[] Taken = ["stored", "known", "not_stored"];
    private static readonly string[] Refused = ["bad_signature", "too_large", "wrong_type", "overload", "malformed"];

    private static readonly string[] WebhookEvents =
        ["issues", "issue_comment", "pull_request", "pull_request_review", "pull_request_review_comment", "ping", "installation", "installation_repositories", "other"];

    public static IReadOnlyList<MetricDefinition> All(BotConfiguration configuration)
    {
        MetricLabel Repository() => new("repository", [.. configuration.Repositories.Select(name => name.ToString())]);
        var kinds = new MetricLabel("task_type", [.. Enum.GetValues<TaskKind>().Select(kind => kind.Word())]);
        string[] models = configuration.Get(WorkSettings.Model) is { } model ? [model] : [.. configuration.Get(WorkSettings.AllowedModels).Where(name => !name.EndsWith('*'))];
        return
        [
            // The queue
            new(Counter, "claude_bot_tasks_total", "Tasks that ended, by how.", new("status", Outcomes), kinds),
            new(Histogram, "claude_bot_task_duration_seconds", "How long the last run of an ended task took.", kinds) { Buckets = TaskBuckets },
            new(Histogram, "claude_bot_pickup_seconds", "From the making of a task to the begin of its first run.") { Buckets = PickupBuckets },
            new(Gauge, "claude_bot_tasks_queued", "Tasks that wait.", new MetricLabel("priority", [.. Enum.GetValues<TaskPriority>().Select(priority => priority.Word())])),
            new(Gauge, "claude_bot_tasks_due", "Tasks that wait for nothing but their turn: neither for a time, nor for another issue, nor for a budget."),
            new(Gauge, "claude_bot_running_tasks", "Tasks that run."),
            new(Gauge, "claude_bot_dead_tasks", "Tasks that were given up after their last attempt and wait for an operator."),
            new(Gauge, "claude_bot_queue_paused", "1 while an operator, or the bot itself, has stopped the queue."),
            new(Counter, "claude_bot_corrupted_files_total", "Files of queue/ that were moved to corrupted/."),

            // Calls to others
            new(Counter, "claude_bot_api_calls_total", "Calls to outside APIs, by how they ended.", new("api", [.. Apis, "web_dashboard"]), new("status", Outcomes)),
            new(Histogram, "claude_bot_api_duration_seconds", "How long a call to an outside API took, a streamed answer to its end.", new MetricLabel("api", [.. Apis, "web_dashboard"])) { Buckets = ApiBuckets },
            new(Gauge, "claude_bot_api_rate_limit_remaining", "Calls left of the limit; 0 beside a limit of 0 means that it is not known yet.", new MetricLabel("api", Apis)),
            new(Gauge, "claude_bot_api_rate_limit_limit", "Calls that the limit allows.", new MetricLabel("api", Apis)),
            new(Gauge, "claude_bot_api_rate_limit_reset_timestamp_seconds", "When the limit is full again, in seconds since 1970.", new MetricLabel("api", Apis)),
            new(Gauge, "claude_bot_circuit_breaker_state", "0 closed (calls pass), 1 open (they wait), 2 half open (one is tried).", new MetricLabel("service", Apis)),
            new(Counter, "claude_bot_git_operations_total", "Talks of git with the server.", new("operation", ["fetch", "push", "ls-remote"]), new("status", Outcomes)),
            new(Counter, "claude_bot_commits_total", "Commits that were pushed.", Repository()),
            new(Counter, "claude_bot_pr_created_total", "Pull requests that were opened.", Repository()),

            // Money
            new(Counter, "claude_bot_tokens_total", "Tokens by kind and model.", new("kind", ["input", "output", "cache_read", "cache_write"]), new("model", models)),
            new(Counter, "claude_bot_cost_usd_total", "US dollars that model calls cost.", Repository()),
            new(Gauge, "claude_bot_day_spend_usd", "US dollars spent since midnight UTC."),
            new(Gauge, "claude_bot_day_budget_usd", "US dollars that BUDGET_USD_PER_DAY allows."),

            // What comes in
            new(Counter, "claude_bot_webhook_deliveries_total", "Webhook deliveries by event and by what became of them.", new("event", []), new("outcome", [])) { Series = WebhookSeries() },
            new(Gauge, "claude_bot_pending_deliveries", "Deliveries that are stored and not decided."),
            new(Counter, "claude_bot_missed_events_recovered_total", "What took effect without the webhook that should have brought it."),
            new(Gauge, "claude_bot_last_poll_success_timestamp_seconds", "When a poll last reached every repository, in seconds since 1970; 0 before the first."),
            new(Gauge, "claude_bot_poll_interval_seconds", "ISSUE_CHECK_INTERVAL; 0 for a process that does not poll."),

            // The process
            new(Counter, "claude_bot_errors_total", "Lines of level ERROR in the log, by the event and the part of the program.", new("error_type", []), new("component", [])) { Series = LoggedErrors.Known() },
            new(Gauge, "claude_bot_health", "1 while the bot can work: as /health/ready."),
            new(Gauge, "claude_bot_uptime_seconds", "Since the start of the process."),
            new(Gauge, "claude_bot_start_time_seconds", "When the process started, in seconds since 1970."),
            new(Gauge, "claude_bot_memory_usage_bytes", "Memory of the bot and everything it started."),
            new(Counter, "claude_bot_cpu_seconds_total", "Processor time of the bot and everything it started."),
            new(Gauge, "claude_bot_disk_free_bytes", "Free space on the disk of the data folder."),
            new(Gauge, "claude_bot_disk_size_bytes", "Size of that disk."),
            new(Gauge, "claude_bot_disk_floor_bytes", "DISK_FLOOR_MB: with less free space no task starts."),
        ];
    }

    private static IEnumerable<string[]> WebhookSeries() =>
    [
        .. WebhookEvents.SelectMany(name => Taken.Select(outcome => (string[])[name, outcome])),
        .. Refused.Select(outcome => (string[])["unverified", outcome]),
    ];
}
