using ClaudeBot.Queue;

namespace ClaudeBot.StatusWeb;

/// <summary><c>/api/tasks</c> and <c>/api/tasks/{id}</c>.</summary>
internal static class TaskApi
{
    public static void Map(IEndpointRouteBuilder web)
    {
        web.MapGet("/api/tasks", async (string? state, string? repository, string? before, int? limit, TaskBoard board, CancellationToken cancellationToken) =>
        {
            if (!board.HasLedger)
                return StatusApi.Error(StatusCodes.Status503ServiceUnavailable, "This status web runs without a bot and knows no tasks");
            if (Read(state, repository, before, limit) is not { } filter)
                return StatusApi.Error(StatusCodes.Status400BadRequest, "state, repository, before or limit cannot be read");
            return StatusApi.Json(await board.ListAsync(filter, cancellationToken));
        });
        web.MapGet("/api/tasks/{id}", async (string id, TaskBoard board, CancellationToken cancellationToken) =>
            TaskId.TryParse(id, out var task) && await board.FindAsync(task, cancellationToken) is { } details
                ? StatusApi.Json(details)
                : StatusApi.Error(StatusCodes.Status404NotFound, "Task not found"));
    }

    /// <summary>The filter of a query; null when a part is wrong.</summary>
    public static TaskFilter? Read(string? state, string? repository, string? before, int? limit)
    {
        var filter = new TaskFilter { Limit = limit ?? 100 };
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
