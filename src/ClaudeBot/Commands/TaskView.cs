using System.Globalization;
using ClaudeBot.Queue;

namespace ClaudeBot.Commands;

/// <summary>A task as <c>--json</c> shows it; the field names are stable.</summary>
internal sealed record TaskView(
    string Id, TaskKind Kind, string Repository, int? Issue, string Title, string Description, TaskPriority Priority, TaskState State, string? Reason,
    string RequestedBy, string Branch, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? NotBefore,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? PullRequestUrl, string? HeadSha, decimal CostUsd)
{
    public static TaskView Of(QueuedTask task) => new(
        task.Id.Value, task.Kind, task.Repository.ToString(), task.IssueNumber, task.Title, task.Description, task.Priority, task.State, task.Reason,
        task.RequestedBy, task.Branch, task.Attempts, task.CreatedAt, task.UpdatedAt, task.NotBefore,
        task.StartedAt, task.EndedAt, task.PullRequestUrl, task.HeadSha, task.CostUsd);

    public IEnumerable<IReadOnlyList<string>> Rows()
    {
        yield return ["id", Id];
        yield return ["state", State.ToString()];
        yield return ["reason", Reason ?? ""];
        yield return ["repository", Issue is null ? Repository : $"{Repository}#{Issue}"];
        yield return ["title", Title];
        yield return ["priority", Priority.ToString()];
        yield return ["requested by", RequestedBy];
        yield return ["branch", Branch];
        yield return ["attempts", Attempts.ToString(CultureInfo.InvariantCulture)];
        yield return ["created", CreatedAt.ToString("u", CultureInfo.InvariantCulture)];
        yield return ["ended", EndedAt?.ToString("u", CultureInfo.InvariantCulture) ?? ""];
        yield return ["pull request", PullRequestUrl ?? ""];
        yield return ["cost", string.Create(CultureInfo.InvariantCulture, $"${CostUsd:0.00}")];
    }
}
