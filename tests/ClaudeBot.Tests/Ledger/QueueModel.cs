using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Ledger;

/// <summary>A task as the model has it: mutable, in memory, with nothing of a database about it.</summary>
internal sealed class ModelTask
{
    public required TaskId Id { get; init; }
    public required string Repository { get; init; }
    public required int Issue { get; init; }
    public required string Branch { get; init; }
    public required TaskPriority Priority { get; set; }
    public TaskState State { get; set; } = TaskState.Waiting;
    public int Attempts { get; set; }
    public int MaxAttempts { get; set; }
    public int Recoveries { get; set; }
    public long Fence { get; set; }
    public string? Boot { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
    public DateTimeOffset? NotBefore { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public int? PullRequest { get; set; }

    public bool IsActive => State is TaskState.Waiting or TaskState.Running or TaskState.NeedsInput;

    public override string ToString() => Told(Id, State, Priority, Attempts, Fence, Branch, NotBefore, EndedAt, PullRequest);

    /// <summary>What model and queue must agree on.</summary>
    public static string Told(QueuedTask task) => Told(task.Id, task.State, task.Priority, task.Attempts, task.Fence, task.Branch, task.NotBefore, task.EndedAt, task.PullRequestNumber);

    private static string Told(TaskId id, TaskState state, TaskPriority priority, int attempts, long fence, string branch, DateTimeOffset? notBefore, DateTimeOffset? endedAt, int? pullRequest) =>
        $"{id} {state} {priority} attempts={attempts} fence={fence} {branch} not_before={notBefore:O} ended={endedAt:O} pull_request={pullRequest}";
}

/// <summary>
/// What <see cref="ITaskQueue"/> promises, written as plainly as can be: lists and loops. The tasks are in the order in
/// which they were made.
/// </summary>
internal sealed class QueueModel(QueueOptions options)
{
    private const int MostRecoveries = 3;

    private readonly Dictionary<string, int> _turns = [];
    private int _turn;

    public List<ModelTask> Tasks { get; } = [];

    public bool IsPaused { get; set; }

    public ModelTask? Active(string repository, int issue) => Of(repository, issue).FirstOrDefault(task => task.IsActive);

    /// <summary>The task because of whose end an observation is stale.</summary>
    public ModelTask? EndedSince(string repository, int issue, DateTimeOffset observed) =>
        Of(repository, issue).Where(task => task.EndedAt >= observed).MaxBy(task => task.EndedAt);

    /// <summary>The branch of earlier work; null when there was none.</summary>
    public string? Branch(string repository, int number) =>
        Tasks.FirstOrDefault(task => task.Repository == repository && (task.Issue == number || task.PullRequest == number))?.Branch;

    /// <summary>The task that must be claimed now; null for none.</summary>
    public ModelTask? Next(DateTimeOffset now)
    {
        var running = Tasks.Where(task => task.State == TaskState.Running).ToList();
        if (IsPaused || running.Count >= options.MaxConcurrentTasks || running.Exists(RunsAlone))
            return null;
        var next = Tasks
            .Where(task => task.State == TaskState.Waiting && (task.NotBefore is not { } due || due <= now))
            .Where(task => running.Count(other => other.Repository == task.Repository) < options.MaxConcurrentPerRepository)
            .Where(task => !running.Exists(other => other.Repository == task.Repository && other.Branch == task.Branch))
            .OrderByDescending(task => task.Priority)
            .ThenBy(task => _turns.GetValueOrDefault(task.Repository))
            .ThenBy(Tasks.IndexOf)
            .FirstOrDefault();
        return next is not null && RunsAlone(next) && running.Count > 0 ? null : next;
    }

    public void Claim(ModelTask task, string boot, DateTimeOffset now)
    {
        (task.State, task.Fence, task.Attempts, task.MaxAttempts) = (TaskState.Running, task.Fence + 1, task.Attempts + 1, options.MaxAttempts);
        (task.Boot, task.LeaseUntil, task.NotBefore) = (boot, now + options.LeaseDuration, null);
        _turns[task.Repository] = ++_turn;
    }

    public static bool Holds(ModelTask task, long fence) => task.State == TaskState.Running && task.Fence == fence;

    public static void End(ModelTask task, TaskState state, DateTimeOffset now, int? pullRequest = null)
    {
        if (task.State == TaskState.Running && state == TaskState.Cancelled)
            task.Fence++;
        (task.State, task.EndedAt, task.NotBefore, task.PullRequest) = (state, now, null, pullRequest ?? task.PullRequest);
    }

    public static void Requeue(ModelTask task, DateTimeOffset? notBefore, bool countsAttempt, DateTimeOffset now)
    {
        if (countsAttempt && task.Attempts >= task.MaxAttempts)
            End(task, TaskState.Dead, now);
        else
            (task.State, task.NotBefore, task.Attempts) = (TaskState.Waiting, notBefore, countsAttempt ? task.Attempts : Math.Max(0, task.Attempts - 1));
    }

    public bool Retry(ModelTask task)
    {
        if (task.State is not (TaskState.Failed or TaskState.Cancelled or TaskState.Dead or TaskState.NeedsInput)
            || (Active(task.Repository, task.Issue) is { } active && active != task))
        {
            return false;
        }

        (task.State, task.Attempts, task.Recoveries, task.NotBefore, task.EndedAt) = (TaskState.Waiting, 0, 0, null, null);
        return true;
    }

    /// <summary>Gives the tasks that wait again, oldest first.</summary>
    public List<TaskId> Reclaim(string liveBoot, bool singleMachine, DateTimeOffset now)
    {
        var putBack = new List<TaskId>();
        foreach (var task in Tasks.Where(task => task.State == TaskState.Running && (task.LeaseUntil <= now || (singleMachine && task.Boot != liveBoot))))
        {
            if (task.Recoveries >= MostRecoveries)
            {
                End(task, TaskState.Dead, now);
                continue;
            }

            (task.State, task.Attempts, task.Recoveries, task.NotBefore) = (TaskState.Waiting, Math.Max(0, task.Attempts - 1), task.Recoveries + 1, null);
            putBack.Add(task.Id);
        }

        return putBack;
    }

    // What its worker died of may be the task itself: it takes no other along.
    private static bool RunsAlone(ModelTask task) => task.Recoveries >= 2;

    private IEnumerable<ModelTask> Of(string repository, int issue) => Tasks.Where(task => task.Repository == repository && task.Issue == issue);
}
