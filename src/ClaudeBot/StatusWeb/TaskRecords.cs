using System.Text.Json;
using System.Text.Json.Serialization;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.StatusWeb;

/// <summary>A task as <c>/api/tasks</c> shows it; costs in US dollars, times in UTC.</summary>
public sealed record TaskRecord(
    string Id, TaskKind Kind, string Repository, int? Issue, string? IssueUrl, string Title, TaskPriority Priority, TaskState State, string? Reason,
    string RequestedBy, string Branch, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, double? DurationSeconds, int? PullRequestNumber, string? PullRequestUrl, string? HeadSha, decimal CostUsd)
{
    /// <param name="now">The end of the duration of a task that runs.</param>
    public static TaskRecord Of(QueuedTask task, Uri server, DateTimeOffset now) => new(
        task.Id.Value, task.Kind, task.Repository.ToString(), task.IssueNumber,
        task.IssueNumber is { } number ? $"{server.ToString().TrimEnd('/')}/{task.Repository}/issues/{number}" : null,
        task.Title, task.Priority, task.State, task.Reason, task.RequestedBy, task.Branch, task.Attempts, task.CreatedAt, task.UpdatedAt,
        task.StartedAt, task.EndedAt, task.StartedAt is { } start ? Math.Round(((task.EndedAt ?? now) - start).TotalSeconds, 1) : null,
        task.PullRequestNumber, LinkOn(server, task.PullRequestUrl), task.HeadSha, task.CostUsd);

    /// <summary>The address when it is one of the GitHub server's; pages lead nowhere else.</summary>
    private static string? LinkOn(Uri server, string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.GetLeftPart(UriPartial.Authority) == server.GetLeftPart(UriPartial.Authority)
            ? uri.AbsoluteUri
            : null;
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Next">For <c>?before=</c>: the last id of this page; null when there may be no more.</param>
public sealed record TaskPageRecord(IReadOnlyList<TaskRecord> Tasks, int Count, string? Next);

public sealed record StepView(string Step, DateTimeOffset BeganAt, DateTimeOffset? EndedAt);

public sealed record AttemptView(int Number, string Worker, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, string? Ending);

public sealed record EventView(DateTimeOffset At, string Kind, string Actor, string Message)
{
    internal static EventView Of(LedgerEvent entry) => new(entry.At, entry.Kind, entry.Actor, entry.Message);
}

/// <summary>Everything the page of one task shows; the lists are empty where this process has no ledger of that kind.</summary>
public sealed record TaskDetails(TaskRecord Task, Spend? Spend, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<StepView> Steps, IReadOnlyList<EventView> Events);

internal static class StatusJson
{
    /// <summary>Snake case, as every JSON of the status web.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
