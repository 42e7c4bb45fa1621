using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Access;

namespace ClaudeBot.StatusWeb;

/// <summary>The reports' paths: <c>/api/status</c>, <c>/api/bots</c>, <c>/api/health</c>, <c>/health</c>.</summary>
internal static class StatusApi
{
    private const long LongestReport = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/api/status", (BotReports reports, TimeProvider time) =>
        {
            var all = reports.All();
            return Json(new { Statuses = all, all.Count, LastUpdated = BotReports.Stamp(time.GetUtcNow()) });
        });
        web.MapGet("/api/status/{botId}", (string botId, BotReports reports) =>
            reports.Find(botId) is { } report ? Json(report) : Error(StatusCodes.Status404NotFound, "Bot not found"));
        web.MapPost("/api/status/{botId}", ReportAsync);
        web.MapGet("/api/bots", (BotReports reports) =>
        {
            var ids = reports.All().Select(report => BotReports.Text(report, "bot_id")).ToArray();
            return Json(new { BotIds = ids, Count = ids.Length });
        });
        var startedAt = web.ServiceProvider.GetRequiredService<TimeProvider>().GetTimestamp();
        web.MapGet("/api/health", (BotReports reports, TimeProvider time) =>
        {
            var active = reports.CountActive();
            return Json(
                new
                {
                    Status = active > 0 ? "healthy" : "unhealthy",
                    Timestamp = BotReports.Stamp(time.GetUtcNow()),
                    ActiveBots = active,
                    Uptime = time.GetElapsedTime(startedAt).ToString(@"d\d\ h\h\ m\m", null),
                },
                active > 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).WithMetadata(new OpenToAll());
        web.MapGet("/health", (TimeProvider time) => Json(new { Status = "healthy", Timestamp = BotReports.Stamp(time.GetUtcNow()) })).WithMetadata(new OpenToAll());
    }

    /// <summary>An error in the form of this API: <c>{"error": …}</c>.</summary>
    public static IResult Error(int status, string message) => Json(new { Error = message }, status);

    public static IResult Json(object value, int status = StatusCodes.Status200OK) => Results.Json(value, StatusJson.Options, statusCode: status);

    private static async Task<IResult> ReportAsync(string botId, HttpRequest request, BotReports reports, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!BotReports.IsId(botId))
            return Error(StatusCodes.Status400BadRequest, "A bot's id has letters, digits, '.', '_' and '-', at most 64");
        if (request.ContentLength is null or > LongestReport)
            return Error(StatusCodes.Status413PayloadTooLarge, $"A report has at most {LongestReport} bytes and states its length");

        JsonNode? body;
        try
        {
            body = await CallersJson.ReadAsync(request, cancellationToken);
        }
        catch (JsonException e)
        {
            return Error(StatusCodes.Status400BadRequest, $"Not JSON: {e.Message}");
        }

        if (body is not JsonObject { Count: > 0 } report)
            return Error(StatusCodes.Status400BadRequest, "No JSON data provided");
        if (!await reports.AcceptAsync(botId, report, cancellationToken))
            return Error(StatusCodes.Status507InsufficientStorage, "Too many bots");
        return Json(new { Success = true, Message = $"Status updated for {botId}", Timestamp = BotReports.Stamp(time.GetUtcNow()) });
    }
}
