using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Tasks;

namespace ClaudeBot.StatusWeb.Api;

/// <summary><c>/api/tasks</c> and <c>/api/tasks/{id}</c>.</summary>
internal static class TaskApi
{
    private const int LongestSearch = 200;

    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/api/tasks", async (string? q, string? state, string? repository, string? before, int? limit, ITaskSource tasks, CancellationToken cancellationToken) =>
            Read(q, state, repository, before, limit) is { } filter
                ? StatusApi.Json(await tasks.ListAsync(filter, cancellationToken))
                : StatusApi.Error(StatusCodes.Status400BadRequest, "q, state, repository, before or limit cannot be read"))
            .Describe("Tasks", "Tasks, newest first", "`q`: words that the id, the title or who asked must have or begin with; `state`: one or several, with commas; `limit`: 1 to 200, default 100; `before`: the `next` of the page before. `complete` is false where the web has no ledger and knows only each bot's last tasks.")
            .Produces<TaskPageRecord>().Fails(StatusCodes.Status400BadRequest);
        web.MapGet("/api/tasks/{id}", async (string id, ITaskSource tasks, CancellationToken cancellationToken) =>
            TaskId.TryParse(id, out var task) && await tasks.FindAsync(task, cancellationToken) is { } details
                ? StatusApi.Json(details)
                : StatusApi.Error(StatusCodes.Status404NotFound, "Task not found"))
            .Describe("Tasks", "One task", "With its spend, attempts, steps, events, and the change that was pushed.")
            .Produces<TaskDetails>().Fails(StatusCodes.Status404NotFound);
    }

    /// <summary>The filter of a query; null when a part is wrong.</summary>
    public static TaskFilter? Read(string? q, string? state, string? repository, string? before, int? limit)
    {
        if (q is { Length: > LongestSearch })
            return null;
        var filter = new TaskFilter { Limit = limit ?? 100, Search = string.IsNullOrWhiteSpace(q) ? null : q };
        foreach (var word in (state ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<TaskState>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) || !Enum.IsDefined(value))
                return null;
            filter = filter with { States = [.. filter.States, value] };
        }

        if (!string.IsNullOrEmpty(repository))
        {
            if (!RepositoryName.TryParse(repository, out var name))
                return null;
            filter = filter with { Repository = name };
        }

        if (!string.IsNullOrEmpty(before))
        {
            if (!TaskId.TryParse(before, out var id))
                return null;
            filter = filter with { Before = id };
        }

        return filter;
    }
}
