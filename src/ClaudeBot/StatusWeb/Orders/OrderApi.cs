using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Mvc;

namespace ClaudeBot.StatusWeb.Orders;

/// <summary><c>/api/orders</c> for operators, and <c>POST /api/status/{bot_id}/orders</c> for the bots that take them.</summary>
internal static class OrderApi
{
    private const long LongestResults = 256 * 1024;
    private static readonly JsonSerializerOptions Strict = new(StatusJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/api/orders", (OrderBook book) =>
        {
            var all = book.All();
            return StatusApi.Json(new OrderList(all, all.Count));
        })
            .Describe("Actions", "The orders for bots elsewhere", "The newest first, with what came of each. Empty where the web has a ledger: there orders are carried out at once.")
            .Produces<OrderList>().WithMetadata(new OperatorsOnly());
        web.MapGet("/api/orders/{id}", (string id, OrderBook book) => book.Find(id) is { } order ? StatusApi.Json(order) : StatusApi.Error(StatusCodes.Status404NotFound, "Order not found"))
            .Describe("Actions", "One order for a bot elsewhere", "`state`: `waiting` until the bot has told what came of it, then `done` or `refused`; `expired` after ten minutes.")
            .Produces<PlacedOrder>().Fails(StatusCodes.Status404NotFound).WithMetadata(new OperatorsOnly());
        web.MapPost("/api/status/{bot_id}/orders", ExchangeAsync)
            .Describe("Bots", "A bot asks for its orders", "It tells what came of those that it was given before, and is given those that wait, the oldest first: also those that it was given already and said nothing of. At most 256 KiB with a stated length.")
            .Accepts<OrderResults>("application/json", ApiDescriptions.AnyType).Produces<OrdersForBot>()
            .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IResult> ExchangeAsync([FromRoute(Name = "bot_id")] string botId, HttpRequest request, OrderBook book, BotReports reports, CancellationToken cancellationToken)
    {
        if (request.ContentLength is null or > LongestResults)
            return StatusApi.Error(StatusCodes.Status413PayloadTooLarge, $"Results have at most {LongestResults} bytes and state their length");
        OrderResults? told;
        try
        {
            told = (await CallersJson.ReadAsync(request, cancellationToken) as JsonObject).Deserialize<OrderResults>(Strict);
        }
        catch (JsonException e)
        {
            return StatusApi.Error(StatusCodes.Status400BadRequest, $"No results of orders: {e.Message}");
        }

        if (told is null || told.Results.Any(result => result is null))
            return StatusApi.Error(StatusCodes.Status400BadRequest, "No results of orders: a JSON object with the list 'results' is needed");
        // One that starts may ask before it reports; nothing can have been ordered of it, and its name is not kept.
        if (reports.Find(botId) is null)
            return StatusApi.Json(new OrdersForBot([]));
        return StatusApi.Json(new OrdersForBot([.. (await book.ExchangeAsync(botId, told.Results, cancellationToken)).Select(order => order.ForBot())]));
    }
}
