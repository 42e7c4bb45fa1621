using System.Diagnostics.Metrics;
using ClaudeBot.Configuration;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;

namespace ClaudeBot.Operations;

/// <summary>The gauges that are read from the ledger, refreshed every few seconds; all present from the start.</summary>
internal sealed partial class BotMetrics(ITaskQueue queue, MissedEvents missed, Readiness readiness, BotConfiguration configuration, IMeterFactory meters, TimeProvider time, ILogger<BotMetrics> logger) : BackgroundService
{
    public const string MeterName = "ClaudeBot";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private QueueCounts _counts = new(new Dictionary<TaskState, long>(), new Dictionary<TaskPriority, long>());
    private int _healthy;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var bot = KeyValuePair.Create<string, object?>("bot_id", configuration.Get(BotSettings.BotId));
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("claude_bot_tasks_queued", () => Enum.GetValues<TaskPriority>().Select(priority =>
            new Measurement<long>(_counts.WaitingByPriority.GetValueOrDefault(priority), bot, new("priority", priority.ToString().ToLowerInvariant()))));
        meter.CreateObservableGauge("claude_bot_running_tasks", () => new Measurement<long>(_counts.ByState.GetValueOrDefault(TaskState.Running), bot));
        meter.CreateObservableGauge("claude_bot_uptime_seconds", () => new Measurement<double>(time.GetElapsedTime(start).TotalSeconds, bot));
        meter.CreateObservableGauge("claude_bot_health", () => new Measurement<int>(_healthy, bot));
        meter.CreateObservableCounter("claude_bot_tasks", () => new[]
        {
            new Measurement<long>(_counts.ByState.GetValueOrDefault(TaskState.Succeeded), bot, new("status", "success")),
            new Measurement<long>(_counts.ByState.GetValueOrDefault(TaskState.Failed) + _counts.ByState.GetValueOrDefault(TaskState.Dead), bot, new("status", "error")),
        });
        meter.CreateObservableCounter("claude_bot_missed_events_recovered", () => new Measurement<long>(missed.Recovered, bot));
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                _counts = await queue.CountAsync(stoppingToken);
                _healthy = (await readiness.CheckAsync(stoppingToken)).Ready ? 1 : 0;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _healthy = 0;
                Log.NotRead(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the figures for /metrics cannot be read")]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
