using System.Collections.Concurrent;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Plays one sequence on a queue and on its model, side by side.</summary>
internal sealed class QueuePlay(
    LedgerUnderTest ledger, Func<LedgerUnderTest, Task<LedgerUnderTest>> reopen, QueueOptions options, int run, ConcurrentDictionary<string, int> seen)
{
    /// <summary>What a long run must have come to.</summary>
    public static readonly string[] Corners =
    [
        "added", "already active", "stale", "branch remembered", "claimed", "nothing to claim", "stale lease refused", "ended", "requeued",
        "dead after its attempts", "dead after its recoveries", "reclaimed", "expired", "retried", "retry refused", "cancelled while it ran",
    ];

    private readonly QueueModel _model = new(options);
    private readonly List<TaskLease> _leases = [];
    private readonly Dictionary<TaskId, long> _fences = [];
    private LedgerUnderTest _ledger = ledger;
    private int _boot;

    private ITaskQueue Queue => _ledger.Queue;

    private DateTimeOffset Now => _ledger.Time.GetUtcNow();

    private WorkerIdentity Worker => new("host-1", $"boot-{_boot}");

    public async Task RunAsync(IEnumerable<QueueStep> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            await PlayAsync(step, cancellationToken);
            await CompareAsync(cancellationToken);
        }
    }

    /// <summary>Leaves nothing active and nothing paused to the next sequence; its repositories have other names.</summary>
    public async Task<LedgerUnderTest> EndAsync()
    {
        await Queue.ResumeAsync("test", CancellationToken.None);
        foreach (var task in _model.Tasks)
            await Queue.CancelAsync(task.Id, "over", "operator", CancellationToken.None);
        return _ledger;
    }

    private Task PlayAsync(QueueStep step, CancellationToken token) => step.Act switch
    {
        Act.Enqueue => EnqueueAsync(step, token),
        Act.Claim => ClaimAsync(token),
        Act.Heartbeat => LeaseAsync(step, (lease, _) => Queue.HeartbeatAsync(lease, options.LeaseDuration, token), task => task.LeaseUntil = Now + options.LeaseDuration),
        Act.End => EndAsync(step, token),
        Act.Requeue => RequeueAsync(step, token),
        Act.Ask => LeaseAsync(step, (lease, _) => Queue.AskAsync(lease, new InputRequest(AwaitedInput.Question, "which?", null), token), task => (task.State, task.Attempts) = (TaskState.NeedsInput, Math.Max(0, task.Attempts - 1))),
        Act.Cancel => CancelAsync(step, token),
        Act.Retry => TaskAsync(step, id => Queue.RetryAsync(id, "again", token), task => Note(_model.Retry(task), "retried", "retry refused")),
        Act.SetPriority => TaskAsync(step, id => Queue.SetPriorityAsync(id, Priority(step), token), task =>
        {
            task.Priority = task.IsActive ? Priority(step) : task.Priority;
            return task.IsActive;
        }),
        Act.Pause => PauseAsync(true, token),
        Act.Resume => PauseAsync(false, token),
        Act.Wait => AdvanceAsync(TimeSpan.FromSeconds(10 * (step.How + 1))),
        Act.Expire => ReclaimAsync(TimeSpan.FromSeconds(10 * step.How), singleMachine: false, "expired", token),
        Act.Crash => CrashAsync(token),
        Act.Reopen => ReopenAsync(),
        _ => throw new InvalidOperationException(),
    };

    private async Task EnqueueAsync(QueueStep step, CancellationToken token)
    {
        // Issue 101 is the pull request that work on issue 1 opens.
        var (repository, issue) = ($"octo/r{run}-{step.Which % 2}", new[] { 1, 1, 2, 101 }[step.Which / 2]);
        var observed = step.How < 2 ? Now - TimeSpan.FromSeconds(30) : Now;
        var title = $"Title {_model.Tasks.Count}";
        var result = await Queue.EnqueueAsync(
            new NewTask
            {
                Kind = issue == 101 ? TaskKind.PrFeedback : TaskKind.Issue,
                Repository = RepositoryName.Parse(repository),
                IssueNumber = issue,
                Title = title,
                Description = "d",
                Priority = Priority(step),
                RequestedBy = "alice",
                ObservedAt = observed,
            },
            token);
        if (_model.Active(repository, issue) is { } active)
        {
            result.ShouldBeOfType<EnqueueResult.AlreadyActive>().Task.Id.ShouldBe(active.Id);
            Note("already active");
        }
        else if (_model.EndedSince(repository, issue, observed) is not null)
        {
            result.ShouldBeOfType<EnqueueResult.Stale>();
            Note("stale");
        }
        else
        {
            var earlier = _model.Branch(repository, issue);
            var task = result.ShouldBeOfType<EnqueueResult.Added>().Task;
            _model.Tasks.Add(new ModelTask { Id = task.Id, Repository = repository, Issue = issue, Branch = earlier ?? BranchName.ForIssue(issue, title), Priority = Priority(step) });
            Note(earlier is null ? "added" : "branch remembered");
        }
    }

    private async Task ClaimAsync(CancellationToken token)
    {
        var expected = _model.Next(Now);
        var lease = await Queue.ClaimAsync(Worker, options, token);
        (lease?.Id.Value).ShouldBe(expected?.Id.Value);
        Note(lease is not null, "claimed", "nothing to claim");
        if (lease is null)
            return;
        _model.Claim(expected!, Worker.BootId, Now);
        _leases.Add(lease);
    }

    private Task EndAsync(QueueStep step, CancellationToken token)
    {
        var state = new[] { TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Dead }[step.How % 4];
        return LeaseAsync(
            step,
            (lease, task) => Queue.EndAsync(lease, new TaskOutcome { State = state, Reason = "because", PullRequestNumber = PullRequest(task) }, token),
            task =>
            {
                QueueModel.End(task, state, Now, PullRequest(task));
                Note("ended");
            });

        int? PullRequest(ModelTask task) => state == TaskState.Succeeded ? (task.Issue < 100 ? task.Issue + 100 : task.Issue) : null;
    }

    private Task RequeueAsync(QueueStep step, CancellationToken token)
    {
        var (notBefore, counts) = (step.How % 3 == 0 ? Now + TimeSpan.FromSeconds(20) : (DateTimeOffset?)null, step.How < 6);
        return LeaseAsync(step, (lease, _) => Queue.RequeueAsync(lease, "again", notBefore, counts, token), task =>
        {
            QueueModel.Requeue(task, notBefore, counts, Now);
            Note(task.State == TaskState.Dead, "dead after its attempts", "requeued");
        });
    }

    private Task CancelAsync(QueueStep step, CancellationToken token) => TaskAsync(step, id => Queue.CancelAsync(id, "not wanted", "operator", token), task =>
    {
        if (!task.IsActive)
            return false;
        if (task.State == TaskState.Running)
            Note("cancelled while it ran");
        QueueModel.End(task, TaskState.Cancelled, Now);
        return true;
    });

    /// <summary>Something done under a lease, held or lost long ago.</summary>
    private async Task LeaseAsync(QueueStep step, Func<TaskLease, ModelTask, Task<bool>> act, Action<ModelTask> model)
    {
        if (_leases.Count == 0)
            return;
        // The newest lease is the one most likely held.
        var lease = _leases[^(1 + (step.Which / 2 % _leases.Count))];
        var task = _model.Tasks.Single(task => task.Id == lease.Id);
        var holds = QueueModel.Holds(task, lease.Fence);
        (await act(lease, task)).ShouldBe(holds);
        if (holds)
            model(task);
        else
            Note("stale lease refused");
    }

    private async Task TaskAsync(QueueStep step, Func<TaskId, Task<bool>> act, Func<ModelTask, bool> model)
    {
        if (_model.Tasks.Count == 0)
            return;
        var task = _model.Tasks[step.Which % _model.Tasks.Count];
        (await act(task.Id)).ShouldBe(model(task));
    }

    private async Task PauseAsync(bool pause, CancellationToken token)
    {
        await (pause ? Queue.PauseAsync("why", "test", token) : Queue.ResumeAsync("test", token));
        _model.IsPaused = pause;
    }

    private Task AdvanceAsync(TimeSpan time)
    {
        _ledger.Time.Advance(time);
        return Task.CompletedTask;
    }

    private Task CrashAsync(CancellationToken token)
    {
        _boot++;
        return ReclaimAsync(TimeSpan.Zero, singleMachine: true, "reclaimed", token);
    }

    private async Task ReclaimAsync(TimeSpan later, bool singleMachine, string word, CancellationToken token)
    {
        _ledger.Time.Advance(later);
        var dead = _model.Tasks.Count(task => task.State == TaskState.Dead);
        var expected = _model.Reclaim(Worker.BootId, singleMachine, Now);
        (await Queue.ReclaimAsync(Worker.BootId, singleMachine, token)).Select(task => task.Id).ShouldBe(expected);
        if (expected.Count > 0)
            Note(word);
        if (_model.Tasks.Count(task => task.State == TaskState.Dead) > dead)
            Note("dead after its recoveries");
    }

    private async Task ReopenAsync() => _ledger = await reopen(_ledger);

    private async Task CompareAsync(CancellationToken token)
    {
        if (_model.Tasks.Count == 0)
            return;
        var tasks = (await Queue.ListAsync(new TaskFilter { Limit = _model.Tasks.Count }, token)).Reverse().ToList();
        tasks.Select(ModelTask.Told).ShouldBe(_model.Tasks.Select(task => task.ToString()));

        // Not ShouldAllBe: it compiles its expression at each call, and there are hundreds of thousands.
        tasks.Where(task => task.IsActive).GroupBy(task => task.Issue).All(same => same.Count() == 1).ShouldBeTrue("one active task for each issue");
        var running = tasks.Where(task => task.State == TaskState.Running).ToList();
        running.Count.ShouldBeLessThanOrEqualTo(options.MaxConcurrentTasks);
        running.GroupBy(task => task.Repository).All(same => same.Count() <= options.MaxConcurrentPerRepository).ShouldBeTrue("the cap of each repository");
        running.GroupBy(task => (task.Repository, task.Branch)).All(same => same.Count() == 1).ShouldBeTrue("one run on each branch");
        foreach (var task in tasks)
        {
            task.Fence.ShouldBeGreaterThanOrEqualTo(_fences.GetValueOrDefault(task.Id), "fences only rise");
            _fences[task.Id] = task.Fence;
        }
    }

    private static TaskPriority Priority(QueueStep step) => (TaskPriority)(step.How % 4);

    private bool Note(bool which, string ifTrue, string ifFalse)
    {
        Note(which ? ifTrue : ifFalse);
        return which;
    }

    private void Note(string word) => seen.AddOrUpdate(word, 1, (_, count) => count + 1);
}
