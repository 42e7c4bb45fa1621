using System.Diagnostics.Metrics;

namespace ClaudeBot.Triggers;

/// <summary>What the intake tells monitoring: when a poll last went through, and what only polls and the sweep found.</summary>
public sealed class TriggerMetrics : Meter
{
    public TriggerMetrics(MissedEvents missed, IssuePoller poller, TriggerOptions options)
        : base("ClaudeBot.Triggers")
    {
        CreateObservableCounter("claude_bot_missed_events_recovered_total", () => missed.Recovered);
        CreateObservableGauge("claude_bot_last_poll_success_timestamp_seconds", () => poller.LastSuccess?.ToUnixTimeMilliseconds() / 1000.0 ?? 0);
        CreateObservableGauge("claude_bot_poll_interval_seconds", () => options.IssueCheckInterval.TotalSeconds);
    }
}
