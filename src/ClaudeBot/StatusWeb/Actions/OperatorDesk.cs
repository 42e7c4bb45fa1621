using System.Net;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;

namespace ClaudeBot.StatusWeb.Actions;

/// <summary>
/// What an operator does to tasks and to the queue. Each order is in the event log, with its reason and the address
/// that it came from, before it is carried out; what came of it is the event that follows.
/// </summary>
internal sealed class OperatorDesk(StatusWebOptions options, ITaskQueue? queue = null, IEventLog? events = null)
{
    private const string Operator = "operator";

    /// <summary>False: this process has no tasks and no queue to act on.</summary>
    public bool IsManned => queue is not null && events is not null;

    /// <summary>Null when the task was cancelled; else why it was not.</summary>
    public async Task<string?> CancelAsync(QueuedTask task, Order order, CancellationToken cancellationToken)
    {
        await NoteAsync("operator.cancel", task, "Cancel", order, cancellationToken);
        return await queue!.CancelAsync(task.Id, Reason(order) ?? "cancelled by the operator", "operator", cancellationToken)
            ? null
            : "The task has ended, so there is nothing to cancel";
    }

    /// <summary>Null when the task waits again; else why it does not.</summary>
    public async Task<string?> RetryAsync(QueuedTask task, Order order, CancellationToken cancellationToken)
    {
        await NoteAsync("operator.retry", task, "Retry", order, cancellationToken);
        return await queue!.RetryAsync(task.Id, Reason(order) ?? "retried by the operator", cancellationToken)
            ? null
            : "Only a task that failed, died, was cancelled or needs input can be retried, and only while its issue has no other active task";
    }

    /// <summary>Null when the task has the priority; else why it has not.</summary>
    public async Task<string?> SetPriorityAsync(QueuedTask task, TaskPriority priority, Order order, CancellationToken cancellationToken)
    {
        await NoteAsync("operator.priority", task, $"Priority {priority.Word()}", order, cancellationToken);
        return await queue!.SetPriorityAsync(task.Id, priority, cancellationToken) ? null : "The task has ended, so its priority means nothing any more";
    }

    public async Task PauseAsync(Order order, CancellationToken cancellationToken)
    {
        await NoteAsync("operator.pause", null, "Pause", order, cancellationToken);
        await queue!.PauseAsync(Reason(order) ?? "paused by the operator", Operator, cancellationToken);
    }

    public async Task ResumeAsync(Order order, CancellationToken cancellationToken)
    {
        await NoteAsync("operator.resume", null, "Resume", order, cancellationToken);
        await queue!.ResumeAsync(Operator, cancellationToken);
    }

    public Task<QueuedTask?> FindAsync(TaskId id, CancellationToken cancellationToken) => queue!.FindAsync(id, cancellationToken);

    /// <summary>Puts a sign-in into the event log, where there is one.</summary>
    public Task NoteSignInAsync(string from, CancellationToken cancellationToken) =>
        events?.AppendAsync("operator.signed_in", Operator, null, null, $"Signed in on the status web from {from}.", cancellationToken) ?? Task.CompletedTask;

    /// <summary>How an address is written in log and event log.</summary>
    public static string Address(IPAddress? address) =>
        address is null ? "an unknown address" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private Task NoteAsync(string kind, QueuedTask? task, string what, Order order, CancellationToken cancellationToken) =>
        events!.AppendAsync(kind, Operator, task?.Id, task?.Issue, $"{what}, asked on the status web from {order.From}: {Reason(order) ?? "no reason given"}", cancellationToken);

    // It becomes a task's reason, which GitHub is told, too: the address stays out of it, and so does every secret.
    private string? Reason(Order order) => order.Reason is { } reason ? options.Token.Mask.Mask(reason) : null;
}
