using System.Text.Json.Serialization;
using ClaudeBot.Configuration;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.Operations;

/// <summary>The status object of <c>status.json</c> and of the status web; field names in snake case, times in UTC.</summary>
/// <param name="Sandbox"><c>on</c> or <c>off</c>: whether agents run in one.</param>
public sealed record BotStatus(
    string BotId,
    DateTimeOffset Timestamp,
    string Status,
    string Health,
    string Uptime,
    string Repository,
    string BotLabel,
    StatusEnvironment Environment,
    long QueuedTasks,
    long ProcessedTasks,
    QueueDetails QueueDetails,
    IReadOnlyList<RecentActivity> RecentActivity,
    string Sandbox)
{
    /// <summary>By whom and why the queue is paused; null, and left out, when it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PausedReason { get; init; }

    /// <summary>What the model calls of the day cost so far, and the caps on it.</summary>
    public required DayBudget DayBudget { get; init; }

    public long RunningTasks { get; init; }

    public long NeedsInputTasks { get; init; }

    /// <summary>Runs that ended since midnight UTC.</summary>
    public long ProcessedToday { get; init; }

    /// <summary>When the task that has waited longest was made; null when none waits.</summary>
    public DateTimeOffset? OldestWaitingAt { get; init; }

    /// <summary>Whether what operators order on the status web is obeyed.</summary>
    public bool TakesOrders { get; init; }

    /// <summary>Why the bot cannot work, each in a sentence for people.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>For the pages of the status web; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BotDetails? Details { get; init; }
}

/// <summary>The spend of the day (UTC), in US dollars.</summary>
/// <param name="Reached">The caps that hold now, each in one sentence; work that they hold back waits for the next day.</param>
public sealed record DayBudget(decimal SpentUsd, decimal CapUsd, decimal RepositoryCapUsd, DateTimeOffset EndsAt, IReadOnlyList<string> Reached);

public sealed record StatusEnvironment(string? NodeVersion, string? DotnetEnv, CheckIntervals CheckIntervals);

public sealed record CheckIntervals(string Issues, string Prs);

public sealed record QueueDetails(long UrgentPriority, long HighPriority, long MediumPriority, long LowPriority, IReadOnlyList<RecentTask> RecentTasks);

public sealed record RecentTask(string Title, TaskPriority Priority, DateTimeOffset Created);

public sealed record RecentActivity(string Title, DateTimeOffset? CompletedAt, TaskState Status, string Branch);

/// <summary>Reads the status from the ledger.</summary>
public sealed class StatusSnapshot(ITaskQueue queue, ILedgerViews views, DailyCaps caps, BotConfiguration configuration, TimeProvider time)
{
    /// <param name="startedAt">Since when the bot runs; null when none runs: it is offline then.</param>
    public async Task<BotStatus> TakeAsync(DateTimeOffset? startedAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var counts = await queue.CountAsync(cancellationToken);
        var waiting = await queue.ListAsync(new TaskFilter { States = [TaskState.Waiting], Limit = 5 }, cancellationToken);
        var ended = await queue.ListAsync(new TaskFilter { States = TaskStates.Ended, Limit = 5 }, cancellationToken);
        var spent = await caps.SpentTodayAsync(cancellationToken);
        long In(params IReadOnlyList<TaskState> states) => states.Sum(state => counts.ByState.GetValueOrDefault(state));
        long At(TaskPriority priority) => counts.WaitingByPriority.GetValueOrDefault(priority);
        return new BotStatus(
            configuration.Get(BotSettings.BotId)!,
            now,
            startedAt is null ? "offline" : In(TaskState.Waiting, TaskState.Running) > 0 ? "running" : "idle",
            startedAt is null ? "unhealthy" : "healthy",
            Uptime(startedAt is { } since ? now - since : TimeSpan.Zero),
            string.Join(", ", configuration.Repositories) is { Length: > 0 } repositories ? repositories : "unknown",
            configuration.Get(GitHubSettings.BotLabel)!,
            new StatusEnvironment(
                configuration.Get(BotSettings.NodeVersion),
                configuration.Get(BotSettings.DotnetEnvironment),
                new CheckIntervals(DurationKind.Shortest(configuration.Get(GitHubSettings.IssueCheckInterval)), DurationKind.Shortest(configuration.Get(GitHubSettings.PrCheckInterval)))),
            In(TaskState.Waiting),
            In(TaskStates.Ended),
            new QueueDetails(At(TaskPriority.Urgent), At(TaskPriority.High), At(TaskPriority.Medium), At(TaskPriority.Low), [.. waiting.Select(task => new RecentTask(Short(task.Title), task.Priority, task.CreatedAt))]),
            [.. ended.Select(task => new RecentActivity(Short(task.Title), task.EndedAt, task.State, task.Branch))],
            configuration.Get(WorkSettings.Sandbox)!)
        {
            TakesOrders = startedAt is not null && OrderTaker.IsMeant(configuration),
            RunningTasks = In(TaskState.Running),
            NeedsInputTasks = In(TaskState.NeedsInput),
            ProcessedToday = (await views.HoursAsync(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now, cancellationToken)).Sum(hour => hour.Ended),
            OldestWaitingAt = (await views.OldestWaitingAsync(cancellationToken))?.CreatedAt,
            DayBudget = new DayBudget(spent.All, caps.PerDay, caps.PerRepository, caps.DayEnds, caps.Reached(spent)),
            PausedReason = (await queue.PausedAsync(cancellationToken))?.ToString(),
        };
    }

    /// <summary><c>1d 2h 3m</c>, without leading zero parts.</summary>
    public static string Uptime(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays}d {span.Hours}h {span.Minutes}m",
        { TotalHours: >= 1 } => $"{span.Hours}h {span.Minutes}m",
        _ => $"{span.Minutes}m",
    };

    private static string Short(string title) => title.Length <= 50 ? title : title[..50];
}
