using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb;

/// <summary>The pages, rendered on the server; they need no script.</summary>
internal static class StatusPages
{
    private const int TasksOnAPage = 25;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/", async (string? before, BotReports reports, TaskBoard board, CancellationToken cancellationToken) =>
        {
            var filter = TaskApi.Read(null, null, before, TasksOnAPage) ?? new TaskFilter { Limit = TasksOnAPage };
            var bots = reports.All();
            var counts = await board.CountAsync(cancellationToken);
            return new RazorComponentResult<OverviewPage>(new
            {
                Bots = bots,
                Tasks = await board.ListAsync(filter, cancellationToken),
                board.HasLedger,
                PausedReason = await board.PausedReasonAsync(cancellationToken),
                Active = bots.Count(BotReports.IsActive),
                Queued = counts?.Queued ?? bots.Sum(bot => BotReports.Number(bot, "queued_tasks")),
                ProcessedToday = counts?.ProcessedToday ?? bots.Sum(bot => BotReports.Number(bot, "processed_today")),
            });
        });
        web.MapGet("/tasks/{id}", async Task<IResult> (string id, TaskBoard board, CancellationToken cancellationToken) =>
        {
            var details = TaskId.TryParse(id, out var task) ? await board.FindAsync(task, cancellationToken) : null;
            return new RazorComponentResult<TaskPage>(new { Details = details }) { StatusCode = details is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK };
        });
        MapAsset(web, "status.css", "text/css; charset=utf-8");
        MapAsset(web, "icon.svg", "image/svg+xml");
    }

    private static void MapAsset(IEndpointRouteBuilder web, string name, string type) => web.MapGet("/" + name, (HttpContext http) =>
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        return Results.Stream(typeof(StatusPages).Assembly.GetManifestResourceStream("ClaudeBot.StatusWeb." + name)!, type);
    }).WithMetadata(new OpenToAll());

    /// <summary><c>1h 2m</c>, <c>3m 4s</c>, <c>5s</c>; a dash for null.</summary>
    public static string Duration(double? seconds) => seconds is not { } value ? "–" : TimeSpan.FromSeconds(value) switch
    {
        { TotalHours: >= 1 } span => $"{(int)span.TotalHours}h {span.Minutes}m",
        { TotalMinutes: >= 1 } span => $"{span.Minutes}m {span.Seconds}s",
        var span => $"{span.Seconds}s",
    };

    public static string Usd(decimal usd) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"${usd:0.00}");

    public static string State(TaskState state) => state == TaskState.NeedsInput ? "needs input" : state.ToString().ToLower(System.Globalization.CultureInfo.InvariantCulture);
}
