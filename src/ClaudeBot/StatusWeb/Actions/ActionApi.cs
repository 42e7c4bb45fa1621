using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Actions;

/// <summary>
/// <c>POST /api/tasks/{id}/cancel|retry|priority</c> and <c>POST /api/queue/pause|resume</c>. Programs are answered in
/// JSON, the forms of the pages by the way back to the page.
/// </summary>
internal static class ActionApi
{
    private const string OfTask = "Takes JSON or a form, at most 16 KiB. 404 for an unknown task, 409 when its state does not allow it, 501 where the web has no ledger.";
    private const string OfQueue = "Takes JSON or a form, at most 16 KiB. 501 where the web has no ledger.";

    public static void Map(IEndpointRouteBuilder web)
    {
        var actions = web.MapGroup("/api").WithMetadata(new FormSizeLimit());
        actions.MapPost("/tasks/{id}/cancel", (string id, HttpContext http, OperatorDesk desk, ITaskSource tasks) =>
            OnTaskAsync(id, http, desk, tasks, (task, order) => desk.CancelAsync(task, order, http.RequestAborted)))
            .Describe("Actions", "Cancel a task", OfTask).TakesOrder<TaskActed>();
        actions.MapPost("/tasks/{id}/retry", (string id, HttpContext http, OperatorDesk desk, ITaskSource tasks) =>
            OnTaskAsync(id, http, desk, tasks, (task, order) => desk.RetryAsync(task, order, http.RequestAborted)))
            .Describe("Actions", "Let an ended task run again", OfTask).TakesOrder<TaskActed>();
        actions.MapPost("/tasks/{id}/priority", (string id, HttpContext http, OperatorDesk desk, ITaskSource tasks) =>
            OnTaskAsync(id, http, desk, tasks, (task, order) => TaskWords.TryParsePriority(order.Priority, out var priority)
                ? desk.SetPriorityAsync(task, priority, order, http.RequestAborted)
                : throw new OrderException("priority is low, medium, high or urgent")))
            .Describe("Actions", "Set the priority of an active task", OfTask).TakesOrder<TaskActed>();
        actions.MapPost("/queue/pause", (HttpContext http, OperatorDesk desk) => OnQueueAsync(http, desk, async order =>
        {
            if (order.Reason is null)
                throw new OrderException("reason is needed: say why, for whoever looks later");
            await desk.PauseAsync(order, http.RequestAborted);
            return new QueueActed(true, Paused: true, order.Reason);
        })).Describe("Actions", "Start no more tasks", "Needs a `reason`. " + OfQueue).TakesOrder<QueueActed>();
        actions.MapPost("/queue/resume", (HttpContext http, OperatorDesk desk) => OnQueueAsync(http, desk, async order =>
        {
            await desk.ResumeAsync(order, http.RequestAborted);
            return new QueueActed(true, Paused: false);
        })).Describe("Actions", "Start tasks again", OfQueue).TakesOrder<QueueActed>();
    }

    private static RouteHandlerBuilder TakesOrder<T>(this RouteHandlerBuilder route) => route
        .Accepts<OrderBody>(isOptional: true, "application/json", "application/x-www-form-urlencoded", "multipart/form-data", ApiDescriptions.AnyType).Produces<T>()
        .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status501NotImplemented);

    private static Task<IResult> OnTaskAsync(string id, HttpContext http, OperatorDesk desk, ITaskSource tasks, Func<QueuedTask, Order, Task<string?>> act) =>
        CarryOutAsync(http, desk, $"/tasks/{Uri.EscapeDataString(id)}", async order =>
        {
            if (!TaskId.TryParse(id, out var taskId) || await desk.FindAsync(taskId, http.RequestAborted) is not { } task)
                throw new OrderException("Task not found", StatusCodes.Status404NotFound);
            if (await act(task, order) is { } hindrance)
                throw new OrderException(hindrance, StatusCodes.Status409Conflict);
            return new TaskActed(true, (await tasks.FindAsync(taskId, http.RequestAborted))!.Task);
        });

    private static Task<IResult> OnQueueAsync(HttpContext http, OperatorDesk desk, Func<Order, Task<object>> act) => CarryOutAsync(http, desk, "/queue", act);

    /// <param name="page">Where the form stood.</param>
    private static async Task<IResult> CarryOutAsync(HttpContext http, OperatorDesk desk, string page, Func<Order, Task<object>> act)
    {
        var isPage = StatusAccess.IsForPeople(http.Request);
        try
        {
            if (!desk.IsManned)
                throw new OrderException("This status web runs without a bot: it has no tasks to act on. Use the status web of 'claude-bot up', or 'claude-bot queue'", StatusCodes.Status501NotImplemented);
            var order = await Order.ReadAsync(http) ?? throw new OrderException("The body is neither a form nor a JSON object");
            var answer = await act(order);
            return isPage ? Results.Redirect(page) : StatusApi.Json(answer);
        }
        catch (OrderException refused)
        {
            return isPage
                ? new RazorComponentResult<ProblemPage>(new { Problem = refused.Message, Back = page }) { StatusCode = refused.Status }
                : StatusApi.Error(refused.Status, refused.Message);
        }
    }

    private sealed class OrderException(string message, int status = StatusCodes.Status400BadRequest) : Exception(message)
    {
        public int Status => status;
    }
}
