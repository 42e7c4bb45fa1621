using System.Text.Json.Serialization;
using ClaudeBot.Queue;

namespace ClaudeBot.StatusWeb.Orders;

public enum OrderState
{
    /// <summary>Handed over each time the bot asks, until it tells what came of it.</summary>
    Waiting,
    Done,
    Refused,

    /// <summary>The bot did not tell in time what came of it, and it is not handed over any more.</summary>
    Expired,
}

/// <summary>An order that an operator placed here, for a bot elsewhere.</summary>
/// <param name="Reason">One line, masked; null when none was given.</param>
/// <param name="From">The address that it came from.</param>
/// <param name="Outcome">What the bot said came of it; null while it has said nothing.</param>
public sealed record PlacedOrder(
    string Id, string BotId, OrderAction Action, string? TaskId, TaskPriority? Priority, string? Reason, string From, DateTimeOffset OrderedAt,
    OrderState State, string? Outcome, DateTimeOffset? EndedAt)
{
    /// <summary>As people name it.</summary>
    [JsonIgnore]
    public string Words => Action.Words(Priority);

    internal OrderForBot ForBot() => new(Id, Action.Word(), TaskId, Priority?.Word(), Reason, From, OrderedAt);
}

/// <summary>Orders were placed; the bots fetch them within seconds.</summary>
/// <param name="Skipped">The bots that take orders, are away now and were given none.</param>
public sealed record OrdersPlaced(bool Success, IReadOnlyList<PlacedOrder> Orders, IReadOnlyList<string> Skipped);

/// <summary>Orders, the newest first.</summary>
public sealed record OrderList(IReadOnlyList<PlacedOrder> Orders, int Count);

/// <summary>An order as its bot is given it; in words, so that one that the bot does not know keeps it from no other.</summary>
public sealed record OrderForBot(string Id, string Action, string? TaskId, string? Priority, string? Reason, string From, DateTimeOffset OrderedAt);

/// <summary>What waits for a bot.</summary>
public sealed record OrdersForBot(IReadOnlyList<OrderForBot> Orders);

/// <summary>What came of an order.</summary>
public sealed record OrderResult(string Id, bool Done, string Message);

/// <summary>What a bot tells as it asks for orders; may be empty.</summary>
public sealed record OrderResults(IReadOnlyList<OrderResult> Results);
