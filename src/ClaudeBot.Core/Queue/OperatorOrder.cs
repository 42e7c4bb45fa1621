namespace ClaudeBot.Queue;

public enum OrderAction
{
    Cancel,
    Retry,
    Priority,
    Pause,
    Resume,
}

/// <summary>What an operator ordered on a status web.</summary>
/// <param name="Id">Tells it from every other order. The same one may come several times.</param>
/// <param name="Task">Null for what is done to the queue.</param>
/// <param name="Priority">Of <see cref="OrderAction.Priority"/>; else null.</param>
/// <param name="Reason">One line for people, masked; null when none was given.</param>
/// <param name="From">The address that the order came from.</param>
public sealed record OperatorOrder(string Id, OrderAction Action, TaskId? Task, TaskPriority? Priority, string? Reason, string From)
{
    /// <summary>The actor of its events.</summary>
    public const string Actor = "operator";

    /// <summary>The kind of its events.</summary>
    public string EventKind => $"operator.{Action.Word()}";

    /// <summary>As people name it.</summary>
    public string Words => Action.Words(Priority);

    /// <summary>The event that comes before it is carried out. The address stands here alone: what a task is told GitHub is told, too.</summary>
    public string Asked => $"{Words}, asked on the status web from {From}: {Reason ?? "no reason given"}";

    /// <summary>What the task, or the queue, is told as the reason.</summary>
    public string Why => Reason ?? Action switch
    {
        OrderAction.Cancel => "cancelled by the operator",
        OrderAction.Retry => "retried by the operator",
        _ => "paused by the operator",
    };

    /// <summary>Why it cannot be carried out on a task in the state that it has.</summary>
    public string Hindrance => Action switch
    {
        OrderAction.Cancel => "The task has ended, so there is nothing to cancel",
        OrderAction.Retry => "Only a task that failed, died, was cancelled or needs input can be retried, and only while its issue has no other active task",
        _ => "The task has ended, so its priority means nothing any more",
    };
}

/// <summary>What came of an order.</summary>
/// <param name="Message">One sentence for people: what was done, or why it was not.</param>
public sealed record OrderOutcome(bool IsDone, string Message);
