using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Actions;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Orders;

/// <summary>Takes an operator's orders where this web has no ledger, for the bot that the order is about.</summary>
internal sealed class OrderDesk(OrderBook book, BotReports reports, StatusWebOptions options, TimeProvider time)
{
    /// <summary>True when some bot that reports here is to take orders.</summary>
    public bool IsManned => reports.All().Any(TakesOrders);

    /// <summary>The bots that are to take orders, by name, and whether each asks for them now.</summary>
    public IReadOnlyList<(string Id, bool IsAsking)> Bots => [.. reports.All().Where(TakesOrders).Select(bot => (bot.Id, book.IsAsking(bot.Id))).OrderBy(bot => bot.Id, StringComparer.Ordinal)];

    /// <summary>True when the bot of the task is to take orders.</summary>
    public bool IsMannedFor(TaskId task) => reports.All().Any(bot => TakesOrders(bot) && Has(bot, task));

    public static bool TakesOrders(BotReport bot) => bot.Text("takes_orders") == "true";

    /// <summary>Places an order about a task with its bot.</summary>
    /// <exception cref="OrderException">It is not taken; nothing was kept.</exception>
    public async Task<OrdersPlaced> OnTaskAsync(string task, OrderAction action, TaskPriority? priority, Order order, CancellationToken cancellationToken)
    {
        RequireAny();
        if (!TaskId.TryParse(task, out var id) || reports.All().FirstOrDefault(bot => Has(bot, id)) is not { } bot)
            throw new OrderException("Task not found among those that bots told of in their last reports", StatusCodes.Status404NotFound);
        Require(bot);
        return new OrdersPlaced(true, await PlaceAsync([bot], action, id, priority, order, cancellationToken), []);
    }

    /// <summary>
    /// Places an order about the queue with the bot that it names; without a name with every bot that takes orders and is not away.
    /// </summary>
    /// <exception cref="OrderException">It is not taken; nothing was kept.</exception>
    public async Task<OrdersPlaced> OnQueueAsync(OrderAction action, Order order, CancellationToken cancellationToken)
    {
        RequireAny();
        if (order.Bot is { } name)
        {
            var named = reports.Find(name) ?? throw new OrderException("Bot not found", StatusCodes.Status404NotFound);
            Require(named);
            return new OrdersPlaced(true, await PlaceAsync([named], action, null, null, order, cancellationToken), []);
        }

        var bots = reports.All().Where(TakesOrders).ToLookup(bot => book.IsAsking(bot.Id));
        // One that is gone keeps no other from its order.
        if (!bots[true].Any())
            Require(bots[false].First());
        return new OrdersPlaced(true, await PlaceAsync([.. bots[true]], action, null, null, order, cancellationToken), [.. bots[false].Select(bot => bot.Id)]);
    }

    private async Task<IReadOnlyList<PlacedOrder>> PlaceAsync(IReadOnlyList<BotReport> bots, OrderAction action, TaskId? task, TaskPriority? priority, Order order, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var reason = order.Reason is { } given ? options.Token.Mask.Mask(given) : null;
        PlacedOrder[] orders = [.. bots.Select(bot => new PlacedOrder(Guid.CreateVersion7(now).ToString("N"), bot.Id, action, task?.Value, priority, reason, order.From, now, OrderState.Waiting, null, null))];
        try
        {
            return await book.PlaceAsync(orders, cancellationToken) is not { } full
                ? orders
                : throw new OrderException($"Too many orders wait for {full}. Order again when it has taken them", StatusCodes.Status503ServiceUnavailable);
        }
        catch (NotStoredException error)
        {
            throw new OrderException(error.Sentence("The order", "nothing was ordered"), error.Status);
        }
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
