using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Actions;

/// <summary>
/// <c>POST /api/tasks/{id}/cancel|retry|priority</c> and <c>POST /api/queue/pause|resume</c>. Programs are answered in
/// JSON, the forms of the pages by the way back to the page.
/// </summary>
internal static class ActionApi
{
    private const string OfTask = "Takes JSON or a form, at most 16 KiB. 404 for an unknown task, 409 when its state does not allow it. " + Elsewhere;
    private const string OfQueue = "Takes JSON or a form, at most 16 KiB. Where the web has no ledger `bot` names whose queue is meant; without it that of every bot that takes orders, and `skipped` names those that are away. " + Elsewhere;
    private const string Elsewhere = "Where the web has no ledger the order is placed with the bot: 202, and `/api/orders/{id}` tells what comes of it; 501 where the bot takes no orders, 503 while it is away.";

    public static void Map(IEndpointRouteBuilder web)
    {
        var actions = web.MapGroup("/api").WithMetadata(new FormSizeLimit());
        void OnTask(OrderAction action, string what) =>
            actions.MapPost($"/tasks/{{id}}/{action.Word()}", (string id, HttpContext http, OperatorDesk desk, ITaskSource tasks) => OnTaskAsync(id, http, desk, tasks, action))
                .Describe("Actions", what, OfTask).TakesOrder<TaskActed>();
        void OnQueue(OrderAction action, string what, string more) =>
            actions.MapPost($"/queue/{action.Word()}", (HttpContext http, OperatorDesk desk) => OnQueueAsync(http, desk, action))
                .Describe("Actions", what, more + OfQueue).TakesOrder<QueueActed>();
        OnTask(OrderAction.Cancel, "Cancel a task");
        OnTask(OrderAction.Retry, "Let an ended task run again");
        OnTask(OrderAction.Priority, "Set the priority of an active task");
        OnQueue(OrderAction.Pause, "Start no more tasks", "Needs a `reason`. ");
        OnQueue(OrderAction.Resume, "Start tasks again", "");
    }

    private static RouteHandlerBuilder TakesOrder<T>(this RouteHandlerBuilder route) => route
        .Accepts<OrderBody>(isOptional: true, "application/json", "application/x-www-form-urlencoded", "multipart/form-data", ApiDescriptions.AnyType).Produces<T>().Produces<OrdersPlaced>(StatusCodes.Status202Accepted)
        .Fails(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status501NotImplemented, StatusCodes.Status503ServiceUnavailable, StatusCodes.Status507InsufficientStorage);

    private static TaskPriority? PriorityOf(OrderAction action, Order order) => action != OrderAction.Priority ? null
        : TaskWords.TryParsePriority(order.Priority, out var priority) ? priority : throw new OrderException("priority is low, medium, high or urgent");

    private static Task<IResult> OnTaskAsync(string id, HttpContext http, OperatorDesk desk, ITaskSource tasks, OrderAction action) =>
        CarryOutAsync(http, desk, $"/tasks/{Uri.EscapeDataString(id)}", async order =>
        {
            if (!TaskId.TryParse(id, out var taskId) || await desk.FindAsync(taskId, http.RequestAborted) is not { } task)
                throw new OrderException("Task not found", StatusCodes.Status404NotFound);
            if (await desk.CarryOutAsync(action, task, PriorityOf(action, order), order, http.RequestAborted) is { } hindrance)
                throw new OrderException(hindrance, StatusCodes.Status409Conflict);
            return new TaskActed(true, (await tasks.FindAsync(taskId, http.RequestAborted))!.Task);
        }, (elsewhere, order) => elsewhere.OnTaskAsync(id, action, PriorityOf(action, order), order, http.RequestAborted));

    private static Task<IResult> OnQueueAsync(HttpContext http, OperatorDesk desk, OrderAction action) =>
        CarryOutAsync(http, desk, "/queue", async order =>
        {
            await desk.CarryOutAsync(action, null, null, WithReason(order, action), http.RequestAborted);
            var pauses = action == OrderAction.Pause;
            return new QueueActed(true, pauses, pauses ? order.Reason : null);
        }, (elsewhere, order) => elsewhere.OnQueueAsync(action, WithReason(order, action), http.RequestAborted));

    private static Order WithReason(Order order, OrderAction action) => action == OrderAction.Pause && order.Reason is null
        ? throw new OrderException("reason is needed: say why, for whoever looks later")
        : order;

    /// <param name="page">Where the form stood.</param>
    /// <param name="act">Carries the order out here and gives the answer.</param>
    /// <param name="place">Places it with a bot elsewhere.</param>
    private static async Task<IResult> CarryOutAsync(HttpContext http, OperatorDesk desk, string page, Func<Order, Task<object>> act, Func<OrderDesk, Order, Task<OrdersPlaced>> place)
    {
        var isPage = StatusAccess.IsForPeople(http.Request);
        try
        {
            var order = await Order.ReadAsync(http) ?? throw new OrderException("The body is neither a form nor a JSON object");
            var answer = desk.IsManned ? await act(order) : await place(http.RequestServices.GetRequiredService<OrderDesk>(), order);
            return isPage ? Results.Redirect(page) : StatusApi.Json(answer, desk.IsManned ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
        }
        catch (OrderException refused)
        {
            return isPage
                ? new RazorComponentResult<ProblemPage>(new { Problem = refused.Message, Back = page }) { StatusCode = refused.Status }
                : StatusApi.Error(refused.Status, refused.Message);
        }
    }
}
