namespace ClaudeBot.Queue;

public enum OrderAction
{
    Cancel,
    Retry,
    Priority,
    Pause,
    Resume,
}

/// <summary>What an operator ordered on a status web that runs elsewhere.</summary>
/// <param name="Id">Tells it from every other order. The same one may come several times.</param>
/// <param name="Task">Null for what is done to the queue.</param>
/// <param name="Priority">Of <see cref="OrderAction.Priority"/>; else null.</param>
/// <param name="Reason">One line for people, masked; null when none was given.</param>
/// <param name="From">The address that the order came from.</param>
public sealed record OperatorOrder(string Id, OrderAction Action, TaskId? Task, TaskPriority? Priority, string? Reason, string From);

/// <summary>What came of an order.</summary>
/// <param name="Message">One sentence for people: what was done, or why it was not.</param>
public sealed record OrderOutcome(bool IsDone, string Message);
