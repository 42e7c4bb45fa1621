using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.Ledger.Sqlite;

/// <summary>
/// Carries out orders that come over the network, each once however often it comes: the order's id, its event, the change
/// and what came of it are one transaction.
/// </summary>
public sealed class SqliteOrders(SqliteLedger ledger, QueueNotices notices, TimeProvider time)
{
    private const string Operator = "operator";

    /// <summary>Does what is ordered, or tells what came of it when it was done before; durable when it returns.</summary>
    /// <exception cref="LedgerUnavailableException">Nothing was done.</exception>
    public async Task<OrderOutcome> CarryOutAsync(OperatorOrder order, CancellationToken cancellationToken)
    {
        var now = LedgerUnits.ToMicroseconds(time.GetUtcNow());
        var done = await ledger.WriteAsync(connection => CarryOut(connection, order, now), cancellationToken);
        if (done.Revoked is { } id)
            notices.RaiseLeaseRevoked(id);
        if (done is { IsNew: true, Outcome.IsDone: true })
        {
            notices.RaiseChanged();
            notices.RaisePosted();
        }

        return done.Outcome;
    }

    private static Done CarryOut(SqliteConnection connection, OperatorOrder order, long now)
    {
        if (connection.QueryFirstOrDefault<Known>("SELECT done, message FROM orders WHERE id = @Id", new { order.Id }) is { } known)
            return new Done(new OrderOutcome(known.Done != 0, known.Message), IsNew: false, null);

        var row = order.Task is { } id ? TaskTable.Find(connection, id) : null;
        Note(connection, order, row, $"{Word(order)}, asked on the status web from {order.From}: {order.Reason ?? "no reason given"}", now);
        var wasRunning = row?.State == TaskState.Running.Word();
        var outcome = Obey(connection, order, row, now);
        if (!outcome.IsDone)
            Note(connection, order, row, $"{Word(order)} was refused: {outcome.Message}", now);
        connection.Execute(
            "INSERT INTO orders (id, at, action, task_id, done, message) VALUES (@id, @now, @action, @task, @done, @message)",
            new { id = order.Id, now, action = ActionWord(order), task = order.Task?.Value, done = outcome.IsDone, message = outcome.Message });
        return new Done(outcome, IsNew: true, wasRunning && outcome.IsDone && order.Action == OrderAction.Cancel ? order.Task : null);
    }

    // The reasons are those of the status web that has the ledger itself.
    private static OrderOutcome Obey(SqliteConnection connection, OperatorOrder order, TaskRow? row, long now)
    {
        switch (order.Action)
        {
            case OrderAction.Pause:
                QueuePause.Set(connection, order.Reason ?? "paused by the operator", Operator, now);
                return new OrderOutcome(true, "The queue is paused.");
            case OrderAction.Resume:
                return QueuePause.Clear(connection, Operator, now) > 0
                    ? new OrderOutcome(true, "The queue goes on.")
                    : new OrderOutcome(true, "The queue was not paused.");
        }

        if (row is null)
            return new OrderOutcome(false, "The bot has no such task.");
        switch (order.Action)
        {
            case OrderAction.Cancel when row.ToTask().IsActive:
                TaskReturn.End(connection, row, new TaskOutcome { State = TaskState.Cancelled, Reason = order.Reason ?? "cancelled by the operator" }, now, Operator);
                return new OrderOutcome(true, "The task is cancelled.");
            case OrderAction.Cancel:
                return new OrderOutcome(false, "The task has ended, so there is nothing to cancel.");
            case OrderAction.Retry:
                return TaskOrders.Retry(connection, row, order.Reason ?? "retried by the operator", Operator, now)
                    ? new OrderOutcome(true, "The task waits again.")
                    : new OrderOutcome(false, "Only a task that failed, died, was cancelled or needs input can be retried, and only while its issue has no other active task.");
            case OrderAction.Priority when order.Priority is { } priority:
                return TaskOrders.SetPriority(connection, row, priority, Operator, now)
                    ? new OrderOutcome(true, $"The priority is {priority.Word()}.")
                    : new OrderOutcome(false, "The task has ended, so its priority means nothing any more.");
            default:
                return new OrderOutcome(false, "No priority was named.");
        }
    }

    private static void Note(SqliteConnection connection, OperatorOrder order, TaskRow? row, string message, long now)
    {
        var issue = row?.ToTask().Issue;
        EventTable.Append(connection, new EventRow
        {
            At = now,
            Kind = $"operator.{ActionWord(order)}",
            Actor = Operator,
            TaskId = order.Task?.Value,
            SubjectRepository = issue?.Repository.ToString(),
            SubjectNumber = issue?.Number,
            Message = message,
        });
    }

    private static string Word(OperatorOrder order) => order is { Action: OrderAction.Priority, Priority: { } priority } ? $"Priority {priority.Word()}" : order.Action.ToString();

    private static string ActionWord(OperatorOrder order) => order.Action.ToString().ToLowerInvariant();

    private sealed record Done(OrderOutcome Outcome, bool IsNew, TaskId? Revoked);

    private sealed class Known
    {
        public long Done { get; init; }

        public string Message { get; init; } = "";
    }
}
