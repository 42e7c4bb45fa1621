using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>The pages, rendered on the server; they can be read and used without script.</summary>
internal static class StatusPages
{
    private const int MostOrders = 20;
    private const int TasksOnAPage = 25;
    private const int MostRunning = 50;
    private const int MostRecent = 10;
    private const int MostWaiting = 100;
    private const int EventsOnAPage = 50;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/", OverviewAsync);
        web.MapGet("/tasks", TasksAsync);
        web.MapGet("/queue", QueueAsync);
        web.MapGet("/security", async Task<IResult> (string? before, ITaskSource tasks, CancellationToken cancellationToken) =>
        {
            long? sequence = long.TryParse(before, out var number) ? number : null;
            return new RazorComponentResult<SecurityPage>(new { Events = await tasks.SecurityEventsAsync(sequence, EventsOnAPage, cancellationToken), IsLater = sequence is not null, Most = EventsOnAPage });
        }).WithMetadata(new OperatorsOnly());
        web.MapGet("/configuration", IResult (BotReports reports) => new RazorComponentResult<ConfigurationPage>(new { Bots = reports.All().Where(bot => bot.Details is not null).ToArray() }))
            .WithMetadata(new OperatorsOnly());
        web.MapGet("/system", IResult (BotReports reports, ITaskSource tasks, StatusWebOptions options) =>
            new RazorComponentResult<SystemPage>(new { Bots = reports.All(), tasks.IsLedger, options.ReadsNeedToken })).WithMetadata(new OperatorsOnly());
        TaskPages.Map(web);
        Theme.Map(web);
        StatusAssets.Map(web);
    }

    private static async Task<IResult> OverviewAsync(BotReports reports, ITaskSource tasks, CancellationToken cancellationToken)
    {
        return new RazorComponentResult<OverviewPage>(new
        {
            Bots = reports.All(),
            Running = await AtWorkAsync(tasks, cancellationToken),
            Recent = (await tasks.ListAsync(new TaskFilter { States = TaskStates.Ended, Limit = MostRecent }, cancellationToken)).Tasks,
            Queue = await tasks.QueueAsync(cancellationToken),
            History = await tasks.HistoryAsync(cancellationToken),
        });
    }

    private static async Task<IResult> TasksAsync(string? q, string? state, string? repository, string? before, ITaskSource tasks, CancellationToken cancellationToken)
    {
        var filter = TaskApi.Read(q, state, repository, before, TasksOnAPage);
        return new RazorComponentResult<TasksPage>(new
        {
            Page = filter is null ? new TaskPageRecord([], 0, null, tasks.IsLedger) : await tasks.ListAsync(filter, cancellationToken),
            Repositories = await tasks.RepositoriesAsync(cancellationToken),
            Query = q ?? "",
            State = state ?? "",
            Repository = repository ?? "",
            IsLater = !string.IsNullOrEmpty(before),
            Problem = filter is null ? "That cannot be looked for: a repository is owner/name, a state one of the list." : null,
        })
        { StatusCode = filter is null ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK };
    }

    private static async Task<IResult> QueueAsync(ITaskSource tasks, OrderDesk desk, OrderBook orders, CancellationToken cancellationToken) => new RazorComponentResult<QueuePage>(new
    {
        (await tasks.QueueAsync(cancellationToken)).Pauses,
        Running = await AtWorkAsync(tasks, cancellationToken),
        Waiting = await tasks.WaitingAsync(MostWaiting, cancellationToken),
        IsManned = tasks.IsLedger || desk.IsManned,
        Orders = orders.All().Take(MostOrders).ToArray(),
        Most = MostWaiting,
    });

    private static async Task<IReadOnlyList<TaskRecord>> AtWorkAsync(ITaskSource tasks, CancellationToken cancellationToken) =>
        (await tasks.ListAsync(new TaskFilter { States = TaskStates.Begun, Limit = MostRunning }, cancellationToken)).Tasks;
}
