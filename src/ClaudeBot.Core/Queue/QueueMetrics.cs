using System.Diagnostics.Metrics;

namespace ClaudeBot.Queue;

/// <summary>What the worker loop tells monitoring: tasks that ended, how long their last run took, and how long they waited for it.</summary>
public sealed class QueueMetrics : Meter
{
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _pickup;

    public QueueMetrics()
        : base("ClaudeBot.Queue")
    {
        _ended = CreateCounter<long>("claude_bot_tasks_total");
        _duration = CreateHistogram<double>("claude_bot_task_duration_seconds");
        _pickup = CreateHistogram<double>("claude_bot_pickup_seconds");
    }

    /// <summary>A first attempt began so long after the task was made.</summary>
    internal void PickedUp(TimeSpan waited) => _pickup.Record(Math.Max(0, waited.TotalSeconds));

    /// <summary>A task of this worker is over. One that was cancelled did neither well nor badly, and is not counted.</summary>
    internal void Ended(TaskKind kind, TaskState state, TimeSpan took)
    {
        if (state == TaskState.Cancelled)
            return;
        _ended.Add(1, new("status", state == TaskState.Succeeded ? "success" : "error"), new("task_type", kind.Word()));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("task_type", kind.Word()));
    }
}
