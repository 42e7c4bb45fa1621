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
    /// <summary>False: this process has no tasks and no queue to act on.</summary>
    public bool IsManned => queue is not null && events is not null;

    /// <summary>Null when it was carried out; else why it was not.</summary>
    /// <param name="task">Null for what is done to the queue.</param>
    /// <param name="priority">Of <see cref="OrderAction.Priority"/>; else null.</param>
    public async Task<string?> CarryOutAsync(OrderAction action, QueuedTask? task, TaskPriority? priority, Order given, CancellationToken cancellationToken)
    {
        // What a task is told GitHub is told, too: no secret.
        var reason = given.Reason is { } words ? options.Token.Mask.Mask(words) : null;
        var order = new OperatorOrder("", action, task?.Id, priority, reason, given.From);
        await events!.AppendAsync(order.EventKind, OperatorOrder.Actor, task?.Id, task?.Issue, order.Asked, cancellationToken);
        return await ObeyAsync(order, cancellationToken) ? null : order.Hindrance;
    }

    public Task<QueuedTask?> FindAsync(TaskId id, CancellationToken cancellationToken) => queue!.FindAsync(id, cancellationToken);

    /// <summary>Puts a sign-in into the event log, where there is one.</summary>
    public Task NoteSignInAsync(string from, CancellationToken cancellationToken) =>
        events?.AppendAsync("operator.signed_in", OperatorOrder.Actor, null, null, $"Signed in on the status web from {from}.", cancellationToken) ?? Task.CompletedTask;

    /// <summary>How an address is written in log and event log.</summary>
    public static string Address(IPAddress? address) =>
        address is null ? "an unknown address" : (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private async Task<bool> ObeyAsync(OperatorOrder order, CancellationToken cancellationToken)
    {
        switch (order)
        {
            case { Action: OrderAction.Cancel, Task: { } task }:
                return await queue!.CancelAsync(task, order.Why, OperatorOrder.Actor, cancellationToken);
            case { Action: OrderAction.Retry, Task: { } task }:
                return await queue!.RetryAsync(task, order.Why, cancellationToken);
            case { Task: { } task, Priority: { } priority }:
                return await queue!.SetPriorityAsync(task, priority, cancellationToken);
            case { Action: OrderAction.Pause }:
                await queue!.PauseAsync(order.Why, OperatorOrder.Actor, cancellationToken);
                return true;
            default:
                await queue!.ResumeAsync(OperatorOrder.Actor, cancellationToken);
                return true;
        }
    }
}
