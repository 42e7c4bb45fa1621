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
        Note(connection, order, row, order.Asked, now);
        var wasRunning = row?.State == TaskState.Running.Word();
        var outcome = Obey(connection, order, row, now);
        if (!outcome.IsDone)
            Note(connection, order, row, $"{order.Words} was refused: {outcome.Message}", now);
        connection.Execute(
            "INSERT INTO orders (id, at, action, task_id, done, message) VALUES (@id, @now, @action, @task, @done, @message)",
            new { id = order.Id, now, action = order.Action.Word(), task = order.Task?.Value, done = outcome.IsDone, message = outcome.Message });
        return new Done(outcome, IsNew: true, wasRunning && outcome.IsDone && order.Action == OrderAction.Cancel ? order.Task : null);
    }

    private static OrderOutcome Obey(SqliteConnection connection, OperatorOrder order, TaskRow? row, long now)
    {
        switch (order.Action)
        {
            case OrderAction.Pause:
                QueuePause.Set(connection, order.Why, OperatorOrder.Actor, now);
                return new OrderOutcome(true, "The queue is paused.");
            case OrderAction.Resume:
                return new OrderOutcome(true, QueuePause.Clear(connection, OperatorOrder.Actor, now) > 0 ? "The queue goes on." : "The queue was not paused.");
        }

        if (row is null)
            return new OrderOutcome(false, "The bot has no such task.");
        var done = order switch
        {
            { Action: OrderAction.Cancel } when TaskOrders.Cancel(connection, row, order.Why, OperatorOrder.Actor, now) => "The task is cancelled.",
            { Action: OrderAction.Retry } when TaskOrders.Retry(connection, row, order.Why, OperatorOrder.Actor, now) => "The task waits again.",
            { Action: OrderAction.Priority, Priority: { } priority } when TaskOrders.SetPriority(connection, row, priority, OperatorOrder.Actor, now) => $"The priority is {priority.Word()}.",
            _ => null,
        };
        return done is null ? new OrderOutcome(false, $"{order.Hindrance}.") : new OrderOutcome(true, done);
    }

    private static void Note(SqliteConnection connection, OperatorOrder order, TaskRow? row, string message, long now)
    {
        var issue = row?.ToTask().Issue;
        EventTable.Append(connection, new EventRow
        {
            At = now,
            Kind = order.EventKind,
            Actor = OperatorOrder.Actor,
            TaskId = order.Task?.Value,
            SubjectRepository = issue?.Repository.ToString(),
            SubjectNumber = issue?.Number,
            Message = message,
        });
    }

    private sealed record Done(OrderOutcome Outcome, bool IsNew, TaskId? Revoked);

    private sealed class Known
    {
        public long Done { get; init; }

        public string Message { get; init; } = "";
    }
}
