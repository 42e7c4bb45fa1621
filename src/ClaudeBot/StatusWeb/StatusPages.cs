using ClaudeBot.Queue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb;

/// <summary>The pages, rendered on the server; they need no script.</summary>
internal static class StatusPages
{
    private const int TasksOnAPage = 25;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/", async (string? before, BotReports reports, TaskBoard board, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var filter = TaskApi.Read(null, null, before, TasksOnAPage) ?? new TaskFilter { Limit = TasksOnAPage };
            var bots = reports.All();
            var counts = await board.CountAsync(cancellationToken);
            return new RazorComponentResult<OverviewPage>(new
            {
                Bots = bots,
                Tasks = await board.ListAsync(filter, cancellationToken),
                board.HasLedger,
                Active = bots.Count(BotReports.IsActive),
                Queued = counts?.Queued ?? bots.Sum(bot => BotReports.Number(bot, "queued_tasks")),
                ProcessedToday = counts?.ProcessedToday ?? bots.Sum(bot => BotReports.Number(bot, "processed_today")),
                Now = time.GetUtcNow(),
            });
        });
        web.MapGet("/tasks/{id}", async Task<IResult> (string id, TaskBoard board, TimeProvider time, CancellationToken cancellationToken) =>
        {
            var details = TaskId.TryParse(id, out var task) ? await board.FindAsync(task, cancellationToken) : null;
            return new RazorComponentResult<TaskPage>(new { Details = details, Now = time.GetUtcNow() }) { StatusCode = details is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK };
        });
        web.MapGet("/status.css", () => Results.Stream(
            typeof(StatusPages).Assembly.GetManifestResourceStream("ClaudeBot.StatusWeb.status.css")!, "text/css; charset=utf-8"));
    }

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
