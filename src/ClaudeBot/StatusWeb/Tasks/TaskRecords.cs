using System.Text.Json;
using System.Text.Json.Serialization;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.StatusWeb.Tasks;

/// <summary>A task as <c>/api/tasks</c> shows it; costs in US dollars, times in UTC.</summary>
public sealed record TaskRecord(
    string Id, TaskKind Kind, string Repository, int? Issue, string? IssueUrl, string Title, TaskPriority Priority, TaskState State, string? Reason,
    string RequestedBy, string Branch, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, double? DurationSeconds, int? PullRequestNumber, string? PullRequestUrl, string? HeadSha, decimal CostUsd)
{
    [JsonIgnore]
    public bool IsActive => State is TaskState.Waiting or TaskState.Running or TaskState.NeedsInput;

    /// <param name="now">The end of the duration of a task that runs.</param>
    public static TaskRecord Of(QueuedTask task, Uri server, DateTimeOffset now) => new TaskRecord(
        task.Id.Value, task.Kind, task.Repository.ToString(), task.IssueNumber, IssueUrl: null,
        task.Title, task.Priority, task.State, task.Reason, task.RequestedBy, task.Branch, task.Attempts, task.CreatedAt, task.UpdatedAt,
        task.StartedAt, task.EndedAt, task.StartedAt is { } start ? Math.Round(((task.EndedAt ?? now) - start).TotalSeconds, 1) : null,
        task.PullRequestNumber, task.PullRequestUrl, task.HeadSha, task.CostUsd).OnServer(server);

    /// <summary>With links that lead to this GitHub server and nowhere else.</summary>
    public TaskRecord OnServer(Uri server) => this with
    {
        IssueUrl = Issue is { } number && RepositoryName.TryParse(Repository, out var name) ? $"{server.ToString().TrimEnd('/')}/{name}/issues/{number}" : null,
        PullRequestUrl = Uri.TryCreate(PullRequestUrl, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && uri.GetLeftPart(UriPartial.Authority) == server.GetLeftPart(UriPartial.Authority)
            ? uri.AbsoluteUri
            : null,
    };
}

/// <summary>A page of tasks, newest first.</summary>
/// <param name="Next">For <c>?before=</c>: the last id of this page; null when there may be no more.</param>
/// <param name="Complete">False: the web has no ledger, and knows only what bots told of their last tasks.</param>
public sealed record TaskPageRecord(IReadOnlyList<TaskRecord> Tasks, int Count, string? Next, bool Complete);

public sealed record StepView(string Step, DateTimeOffset BeganAt, DateTimeOffset? EndedAt);

public sealed record AttemptView(int Number, string Worker, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, string? Ending);

public sealed record EventView(DateTimeOffset At, string Kind, string Actor, string Message)
{
    internal static EventView Of(LedgerEvent entry) => new(entry.At, entry.Kind, entry.Actor, entry.Message);
}

/// <summary>A check that the host ran on the change.</summary>
/// <param name="Ran">False: a guessed check that did not fit, and says nothing.</param>
public sealed record CheckView(string Name, string Command, bool Passed, bool Ran, double Seconds);

/// <summary>What was pushed, as the bot wrote it down before.</summary>
/// <param name="Summary">The agent's last words.</param>
public sealed record ChangeView(string Summary, string Agent, string? Model, int Turns, string BaseBranch, string HeadSha, string? DraftReason, IReadOnlyList<string> HeldBack, IReadOnlyList<CheckView> Checks)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Reads the intent of a push; null when it is none.</summary>
    internal static ChangeView? OfIntent(string intent)
    {
        try
        {
            return JsonSerializer.Deserialize<Intent>(intent, Options) is { HeadSha: { } head } pushed
                ? new ChangeView(
                    pushed.Summary ?? "", pushed.Agent ?? "", pushed.Model, pushed.Turns, pushed.BaseBranch ?? "", head, pushed.DraftReason, pushed.HeldBack ?? [],
                    [.. (pushed.Checks ?? []).Select(check => new CheckView(check.Name, check.Command, check.Passed, check.Ran, Math.Round(check.Duration.TotalSeconds, 1)))])
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Intent(string? Summary, string? Agent, string? Model, int Turns, string? BaseBranch, string? HeadSha, string? DraftReason, string[]? HeldBack, Check[]? Checks);

    private sealed record Check(string Name, string Command, bool Passed, TimeSpan Duration, bool Ran = true);
}

/// <summary>Everything the page of one task shows; the lists are empty where this process has no ledger of that kind.</summary>
/// <param name="Change">Null while nothing was pushed.</param>
public sealed record TaskDetails(
    TaskRecord Task, Spend? Spend, IReadOnlyList<AttemptView> Attempts, IReadOnlyList<StepView> Steps, IReadOnlyList<EventView> Events, ChangeView? Change)
{
    private const int LongestName = 80;
    private const int LongestText = 200;
    private const int LongestSummary = 400;
    private const int MostParts = 10;

    /// <summary>With long texts and lists cut, so that a report of many tasks keeps within what a status web takes.</summary>
    public TaskDetails Bounded() => this with
    {
        Task = Task with { Title = Cut(Task.Title, LongestText), Reason = Task.Reason is { } reason ? Cut(reason, LongestText) : null, RequestedBy = Cut(Task.RequestedBy, LongestName) },
        Attempts = [.. Attempts.TakeLast(MostParts).Select(attempt => attempt with { Worker = Cut(attempt.Worker, LongestName), Ending = attempt.Ending is { } ending ? Cut(ending, LongestName) : null })],
        Steps = [.. Steps.TakeLast(MostParts).Select(step => step with { Step = Cut(step.Step, LongestName) })],
        Events = [.. Events.TakeLast(MostParts).Select(entry => entry with { Message = Cut(entry.Message, LongestText), Actor = Cut(entry.Actor, LongestName), Kind = Cut(entry.Kind, LongestName) })],
        Change = Change is not { } change ? null : change with
        {
            Summary = Cut(change.Summary, LongestSummary),
            DraftReason = change.DraftReason is { } draft ? Cut(draft, LongestText) : null,
            HeldBack = [.. change.HeldBack.Take(MostParts).Select(path => Cut(path, LongestName))],
            Checks = [.. change.Checks.Take(MostParts).Select(check => check with { Command = Cut(check.Command, LongestName) })],
        },
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
}

internal static class StatusJson
{
    /// <summary>Snake case, as every JSON of the status web.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
