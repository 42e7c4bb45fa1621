using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.StatusWeb.Transcripts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>The pages of one task. What the agent said and changed is the repository's: it is for operators.</summary>
internal static class TaskPages
{
    private const int LinesOnTaskPage = 30;
    private const int LinesOnAPage = 200;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/tasks/{id}", async Task<IResult> (string id, HttpContext http, ITaskSource tasks, TranscriptFiles transcripts, OrderDesk desk, OrderBook orders, CancellationToken cancellationToken) =>
        {
            var details = await FindAsync(id, tasks, cancellationToken);
            var transcript = details is not null && StatusAccess.IsOperator(http) && transcripts.AreHere
                ? await transcripts.ReadAsync(TaskId.Parse(id), null, null, LinesOnTaskPage, cancellationToken)
                : null;
            return new RazorComponentResult<TaskPage>(new
            {
                Details = details,
                Transcript = transcript,
                tasks.IsLedger,
                IsManned = details is not null && (tasks.IsLedger || desk.IsMannedFor(TaskId.Parse(id))),
                Orders = orders.All().Where(order => order.TaskId == id).ToArray(),
            })
            { StatusCode = details is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK };
        });
        web.MapGet("/tasks/{id}/transcript", async Task<IResult> (string id, string? file, string? from, ITaskSource tasks, TranscriptFiles transcripts, CancellationToken cancellationToken) =>
        {
            if (await FindAsync(id, tasks, cancellationToken) is not { } details)
                return NotFound();
            int? first = int.TryParse(from, out var line) && line >= 0 ? line : null;
            return new RazorComponentResult<TranscriptPage>(new { details.Task, Part = await transcripts.ReadAsync(TaskId.Parse(id), file, first, LinesOnAPage, cancellationToken), transcripts.AreHere, Most = LinesOnAPage });
        }).WithMetadata(new OperatorsOnly());
        web.MapGet("/tasks/{id}/diff", async Task<IResult> (string id, ITaskSource tasks, TranscriptFiles transcripts, CancellationToken cancellationToken) =>
            await FindAsync(id, tasks, cancellationToken) is { } details
                ? new RazorComponentResult<DiffPage>(new { details.Task, Diff = await transcripts.DiffAsync(TaskId.Parse(id), cancellationToken), transcripts.AreHere })
                : NotFound()).WithMetadata(new OperatorsOnly());
    }

    private static async Task<TaskDetails?> FindAsync(string id, ITaskSource tasks, CancellationToken cancellationToken) =>
        TaskId.TryParse(id, out var task) ? await tasks.FindAsync(task, cancellationToken) : null;

    private static RazorComponentResult<TaskPage> NotFound() => new(new { Details = (TaskDetails?)null }) { StatusCode = StatusCodes.Status404NotFound };
}
