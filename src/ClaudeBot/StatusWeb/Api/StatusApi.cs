using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Mvc;

namespace ClaudeBot.StatusWeb.Api;

/// <summary>The reports' paths: <c>/api/status</c>, <c>/api/bots</c>, <c>/api/health</c>, <c>/health</c>.</summary>
internal static class StatusApi
{
    private const long LongestReport = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/api/status", (BotReports reports, TimeProvider time) =>
        {
            var all = reports.All();
            return Json(new StatusList([.. all.Select(report => report.Fields)], all.Count, BotReports.Stamp(time.GetUtcNow())));
        }).Describe("Bots", "The reports of all bots", "One report for each bot, what works first. After two and a half STATUS_REPORT_INTERVAL of silence its `status` and `health` are `offline`.").Produces<StatusList>();
        web.MapGet("/api/status/{bot_id}", ([FromRoute(Name = "bot_id")] string botId, BotReports reports) =>
            reports.Find(botId) is { } report ? Json(report.Fields) : Error(StatusCodes.Status404NotFound, "Bot not found"))
            .Describe("Bots", "The report of one bot").Produces<JsonObject>().Fails(StatusCodes.Status404NotFound);
        web.MapGet("/api/status/{bot_id}/details", ([FromRoute(Name = "bot_id")] string botId, BotReports reports) => reports.Find(botId) switch
        {
            null => Error(StatusCodes.Status404NotFound, "Bot not found"),
            { Details: { } details } => Json(details),
            _ => Error(StatusCodes.Status404NotFound, "The bot's report has no details that this version can read"),
        }).Describe("Bots", "What the pages show of a bot beside its report", "Its machine, limits, hours, days, last tasks, security events and masked configuration.")
            .Produces<BotDetails>().Fails(StatusCodes.Status404NotFound).WithMetadata(new OperatorsOnly());
        web.MapPost("/api/status/{bot_id}", ReportAsync)
            .Describe("Bots", "A bot's report", "Any JSON object of at most 1 MiB with a stated length; `details` is for the pages. 507 above 500 bots, or 32 MiB of all reports together, or where the disk is full; 503 where the report cannot be stored.")
            .Accepts<JsonObject>("application/json", ApiDescriptions.AnyType).Produces<ReportTaken>().Fails(StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status503ServiceUnavailable, StatusCodes.Status507InsufficientStorage);
        web.MapGet("/api/bots", (BotReports reports) =>
        {
            string[] ids = [.. reports.All().Select(report => report.Id)];
            return Json(new BotList(ids, ids.Length));
        }).Describe("Bots", "Who has reported").Produces<BotList>();
        var startedAt = web.ServiceProvider.GetRequiredService<TimeProvider>().GetTimestamp();
        web.MapGet("/api/health", (BotReports reports, TimeProvider time) =>
        {
            var active = reports.CountActive();
            return Json(
                new HealthRecord(active > 0 ? "healthy" : "unhealthy", BotReports.Stamp(time.GetUtcNow()), active, time.GetElapsedTime(startedAt).ToString(@"d\d\ h\h\ m\m", null)),
                active > 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).Describe("Health", "How the bots are", "503 when no bot is fresh and healthy. Open to all.").Produces<HealthRecord>().Produces<HealthRecord>(StatusCodes.Status503ServiceUnavailable).WithMetadata(new OpenToAll());
        web.MapGet("/health", (TimeProvider time) => Json(new LifeRecord("healthy", BotReports.Stamp(time.GetUtcNow()))))
            .Describe("Health", "This web server lives", "Open to all.").Produces<LifeRecord>().WithMetadata(new OpenToAll());
    }

    /// <summary>An error in the form of this API: <c>{"error": …}</c>.</summary>
    public static IResult Error(int status, string message) => Json(new ErrorRecord(message), status);

    public static IResult Json(object value, int status = StatusCodes.Status200OK) => Results.Json(value, StatusJson.Options, statusCode: status);

    private static async Task<IResult> ReportAsync([FromRoute(Name = "bot_id")] string botId, HttpRequest request, BotReports reports, TimeProvider time, CancellationToken cancellationToken)
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
        try
        {
            if (await reports.AcceptAsync(botId, report, cancellationToken) is { } objection)
                return Error(StatusCodes.Status507InsufficientStorage, objection);
        }
        catch (NotStoredException error)
        {
            return Error(error.Status, error.Sentence("The report", "it was not taken"));
        }

        return Json(new ReportTaken(true, $"Status updated for {botId}", BotReports.Stamp(time.GetUtcNow())));
    }
}
