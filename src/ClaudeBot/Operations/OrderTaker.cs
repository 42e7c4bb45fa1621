using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Actions;
using ClaudeBot.StatusWeb.Orders;

namespace ClaudeBot.Operations;

/// <summary>
/// Asks the status web of <c>STATUS_WEB_URL</c> every five seconds what operators ordered there, carries it out and tells what
/// came of it. What was carried out is in the ledger by its id, so that an order that is handed over again changes nothing.
/// </summary>
internal sealed partial class OrderTaker(StatusWebClient web, SqliteOrders orders, BotConfiguration configuration, TimeProvider time, ILogger<OrderTaker> logger) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Ten wrong tokens in five minutes would have the web shut this address out, and operators with it who come from the same.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private const int LongestId = 64;
    private readonly Outage _outage = new();

    /// <summary>True where the bot is to take orders.</summary>
    public static bool IsMeant(BotConfiguration configuration) => configuration.Get(BotSettings.StatusActions) && configuration.Get(BotSettings.StatusWebUrl) is not null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        IReadOnlyList<OrderResult> results = [];
        try
        {
            while (true)
            {
                var wait = Interval;
                try
                {
                    results = await AskAsync(results, stoppingToken);
                    // Whoever ordered wants to see what came of it.
                    if (results.Count > 0)
                        results = await AskAsync(results, stoppingToken);
                    if (_outage.Ends())
                        Log.Again(logger);
                }
                catch (Exception error) when (!stoppingToken.IsCancellationRequested)
                {
                    if (_outage.Fails(error.Message))
                        Tell(error);
                    if (error is StatusWebRefusedException)
                        wait = TimeSpan.FromTicks(Math.Min(configuration.Get(BotSettings.StatusReportInterval).Ticks, LongestWait.Ticks));
                }

                await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Tell(Exception error)
    {
        if (error is StatusWebRefusedException or UnavailableException)
            Log.NotAsked(logger, error.Message);
        else
            Log.NotObeyed(logger, error.Message);
    }

    private async Task<IReadOnlyList<OrderResult>> AskAsync(IReadOnlyList<OrderResult> told, CancellationToken cancellationToken)
    {
        var results = new List<OrderResult>();
        foreach (var order in await web.ExchangeOrdersAsync(told, cancellationToken))
        {
            var outcome = Read(order) is { } known
                ? await orders.CarryOutAsync(known, cancellationToken)
                : new OrderOutcome(false, "The bot cannot read the order; it may be of another version than the status web.");
            results.Add(new OrderResult(order.Id, outcome.IsDone, outcome.Message));
            Log.Obeyed(logger, order.Id, order.Action, order.TaskId ?? "the queue", outcome.Message);
        }

        return results;
    }

    // The status web has checked it; it is checked again, because this is where it takes effect.
    private OperatorOrder? Read(OrderForBot order)
    {
        if (order.Id.Length is 0 or > LongestId || !order.Id.All(char.IsAsciiLetterOrDigit) || !order.Action.All(char.IsAsciiLetter) || !Enum.TryParse<OrderAction>(order.Action, ignoreCase: true, out var action))
            return null;
        TaskId? task = TaskId.TryParse(order.TaskId, out var id) ? id : null;
        TaskPriority? priority = TaskWords.TryParsePriority(order.Priority, out var level) ? level : null;
        var isOfTask = action is OrderAction.Cancel or OrderAction.Retry or OrderAction.Priority;
        if (isOfTask != task.HasValue || (action == OrderAction.Priority) != priority.HasValue)
            return null;
        return new OperatorOrder(order.Id, action, task, priority, Clean(order.Reason), Clean(order.From) ?? "an unknown address");
    }

    private string? Clean(string? text) => Order.OneLine(text) is { } line ? configuration.Mask.Mask(line) : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the status web is not asked for orders: {Reason}")]
        public static partial void NotAsked(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Warning, "orders of the status web are not carried out, and are taken again later: {Reason}")]
        public static partial void NotObeyed(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Information, "orders of the status web are taken again")]
        public static partial void Again(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "order {Id}, {Action} {Subject}: {Outcome}")]
        public static partial void Obeyed(ILogger logger, string id, string action, string subject, string outcome);
    }
}
