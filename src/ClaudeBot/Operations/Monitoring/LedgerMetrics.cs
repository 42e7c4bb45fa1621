using System.Diagnostics.Metrics;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>The figures that the ledger knows, and whether the bot can work: read before each scrape, a few counted rows.</summary>
internal sealed partial class LedgerMetrics : Meter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ITaskQueue _queue;
    private readonly IInbox _inbox;
    private readonly DailyCaps _caps;
    private readonly Readiness _readiness;
    private readonly TimeProvider _time;
    private readonly ILogger<LedgerMetrics> _logger;
    private Figures _figures = new(new QueueCounts(new Dictionary<TaskState, long>(), new Dictionary<TaskPriority, long>()), 0, 0, 0, false, false);

    public LedgerMetrics(ITaskQueue queue, IInbox inbox, DailyCaps caps, Readiness readiness, TimeProvider time, ILogger<LedgerMetrics> logger)
        : base("ClaudeBot.Operations.Ledger")
    {
        (_queue, _inbox, _caps, _readiness, _time, _logger) = (queue, inbox, caps, readiness, time, logger);
        CreateObservableGauge("claude_bot_tasks_queued", () => Enum.GetValues<TaskPriority>().Select(priority =>
            new Measurement<long>(_figures.Counts.WaitingByPriority.GetValueOrDefault(priority), new KeyValuePair<string, object?>("priority", priority.Word()))));
        CreateObservableGauge("claude_bot_tasks_due", () => _figures.Due);
        CreateObservableGauge("claude_bot_running_tasks", () => _figures.Counts.ByState.GetValueOrDefault(TaskState.Running));
        CreateObservableGauge("claude_bot_dead_tasks", () => _figures.Counts.ByState.GetValueOrDefault(TaskState.Dead));
        CreateObservableGauge("claude_bot_pending_deliveries", () => _figures.Pending);
        CreateObservableGauge("claude_bot_day_spend_usd", () => (double)_figures.SpentToday);
        CreateObservableGauge("claude_bot_day_budget_usd", () => (double)caps.PerDay);
        CreateObservableGauge("claude_bot_queue_paused", () => _figures.IsPaused ? 1 : 0);
        CreateObservableGauge("claude_bot_health", () => _figures.IsHealthy ? 1 : 0);
    }

    /// <summary>Looks. A ledger that does not answer leaves the last figures, and no health.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            _figures = new Figures(
                await _queue.CountAsync(either.Token),
                await _queue.CountDueAsync(either.Token),
                await _inbox.CountPendingAsync(either.Token),
                (await _caps.SpentTodayAsync(either.Token)).All,
                await _queue.PausedAsync(either.Token) is not null,
                (await _readiness.CheckAsync(either.Token)).Ready);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            _figures = _figures with { IsHealthy = false };
            Log.NotRead(_logger, error.Message);
        }
    }

    private sealed record Figures(QueueCounts Counts, long Due, long Pending, decimal SpentToday, bool IsPaused, bool IsHealthy);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the figures for /metrics cannot be read: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);
    }
}
