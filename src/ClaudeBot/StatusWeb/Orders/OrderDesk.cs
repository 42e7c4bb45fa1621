using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Actions;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Orders;

/// <summary>Takes an operator's orders where this web has no ledger, for the bot that the order is about.</summary>
internal sealed class OrderDesk(OrderBook book, BotReports reports, StatusWebOptions options, TimeProvider time)
{
    /// <summary>True when some bot that reports here is to take orders.</summary>
    public bool IsManned => reports.All().Any(TakesOrders);

    /// <summary>True when the bot of the task is to take orders.</summary>
    public bool IsMannedFor(TaskId task) => reports.All().Any(bot => TakesOrders(bot) && Has(bot, task));

    public static bool TakesOrders(BotReport bot) => bot.Text("takes_orders") == "true";

    /// <summary>Places an order about a task with its bot.</summary>
    /// <exception cref="OrderException">It is not taken; nothing was kept.</exception>
    public async Task<IReadOnlyList<PlacedOrder>> OnTaskAsync(string task, OrderAction action, TaskPriority? priority, Order order, CancellationToken cancellationToken)
    {
        RequireAny();
        if (!TaskId.TryParse(task, out var id) || reports.All().FirstOrDefault(bot => Has(bot, id)) is not { } bot)
            throw new OrderException("Task not found among those that bots told of in their last reports", StatusCodes.Status404NotFound);
        Require(bot);
        return [await PlaceAsync(bot, action, id, priority, order, cancellationToken)];
    }

    /// <summary>Places an order about the queue with the bot that it names; without a name with every bot that takes orders.</summary>
    /// <exception cref="OrderException">It is not taken; nothing was kept.</exception>
    public async Task<IReadOnlyList<PlacedOrder>> OnQueueAsync(OrderAction action, Order order, CancellationToken cancellationToken)
    {
        RequireAny();
        var bots = order.Bot is { } name
            ? [reports.Find(name) ?? throw new OrderException("Bot not found", StatusCodes.Status404NotFound)]
            : reports.All().Where(TakesOrders).ToList();
        bots.ForEach(Require);
        var placed = new List<PlacedOrder>();
        foreach (var bot in bots)
            placed.Add(await PlaceAsync(bot, action, null, null, order, cancellationToken));
        return placed;
    }

    private async Task<PlacedOrder> PlaceAsync(BotReport bot, OrderAction action, TaskId? task, TaskPriority? priority, Order order, CancellationToken cancellationToken)
    {
        var placed = new PlacedOrder(
            Guid.CreateVersion7(time.GetUtcNow()).ToString("N"), bot.Id, action, task?.Value, priority, order.Reason is { } reason ? options.Token.Mask.Mask(reason) : null,
            order.From, time.GetUtcNow(), OrderState.Waiting, null, null);
        return await book.PlaceAsync(placed, cancellationToken)
            ? placed
            : throw new OrderException($"Too many orders wait for {bot.Id}. Order again when it has taken them", StatusCodes.Status503ServiceUnavailable);
    }

    private void RequireAny()
    {
        if (!IsManned)
            throw new OrderException("This status web runs without a bot, and none that reports to it takes orders from it: set STATUS_ACTIONS=true for the bot. Or use the status web of 'claude-bot up', or 'claude-bot queue'", StatusCodes.Status501NotImplemented);
    }

    private void Require(BotReport bot)
    {
        if (!TakesOrders(bot))
            throw new OrderException($"{bot.Id} takes no orders from this web: set STATUS_ACTIONS=true for it, or use 'claude-bot queue' where it runs", StatusCodes.Status501NotImplemented);
        if (!book.IsAsking(bot.Id))
            throw new OrderException($"{bot.Id} is away: it has {(book.AskedAt(bot.Id) is { } at ? $"asked for no orders since {at:u}" : "not asked for orders yet")}. Order again when it is back, or use 'claude-bot queue' where it runs", StatusCodes.Status503ServiceUnavailable);
    }

    private static bool Has(BotReport bot, TaskId task) => bot.Details?.Tasks.Any(told => told.Task.Id == task.Value) == true;
}
