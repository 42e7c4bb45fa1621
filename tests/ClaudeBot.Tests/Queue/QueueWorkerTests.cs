using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Queue;

public sealed class QueueWorkerTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new();
    private readonly TaskCompletionSource<TaskLease> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<InterruptionKind?> _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task A_new_task_is_picked_up_without_the_clock_moving()
    {
        using var worker = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()));
        await worker.StartAsync(Cancellation);

        var id = await _harness.AddAsync();

        (await _harness.UntilAsync(id, task => !task.IsActive)).State.ShouldBe(TaskState.Succeeded);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_task_made_by_another_process_is_found_by_the_sweep()
    {
        using var worker = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()));
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _harness.UntilAsync(id, task => !task.IsActive);
        await _harness.Queue.PauseAsync("so that nothing is taken at once", "operator", Cancellation);
        var second = await _harness.AddAsync(issue: 43);
        await _harness.OtherProcess.ResumeAsync("operator", Cancellation);

        var ended = _harness.UntilAsync(second, task => !task.IsActive);
        while (!ended.IsCompleted)
        {
            _harness.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        (await ended).State.ShouldBe(TaskState.Succeeded);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_cancelled_run_is_interrupted_at_once_and_its_verdict_is_thrown_away()
    {
        using var worker = _harness.Worker(WaitForInterruptionAsync);
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _begun.Task.WaitAsync(Cancellation);

        await _harness.Queue.CancelAsync(id, "not wanted", "operator", Cancellation);

        (await _interrupted.Task.WaitAsync(Cancellation)).ShouldBe(InterruptionKind.LeaseLost);
        await worker.StopAsync(Cancellation);
        (await _harness.FindAsync(id)).Reason.ShouldBe("not wanted");
    }

    [Fact]
    public async Task A_cancellation_by_another_process_is_seen_by_the_next_heartbeat()
    {
        using var worker = _harness.Worker(WaitForInterruptionAsync, new QueueOptions { SweepInterval = TimeSpan.FromHours(1) });
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _begun.Task.WaitAsync(Cancellation);
        await _harness.OtherProcess.CancelAsync(id, "from the command line", "operator", Cancellation);

        _harness.Time.Advance(new QueueOptions().HeartbeatInterval);

        (await _interrupted.Task.WaitAsync(Cancellation)).ShouldBe(InterruptionKind.LeaseLost);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Stopping_waits_for_the_handler_and_costs_no_attempt()
    {
        using var worker = _harness.Worker(async (lease, interruption) =>
        {
            await WaitForInterruptionAsync(lease, interruption);
            throw new OperationCanceledException(interruption.Token);
        });
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _begun.Task.WaitAsync(Cancellation);

        await worker.StopAsync(Cancellation);

        (await _interrupted.Task).ShouldBe(InterruptionKind.Stopping);
        var task = await _harness.FindAsync(id);
        (task.State, task.Attempts, task.NotBefore).ShouldBe((TaskState.Waiting, 0, null));
    }

    [Fact]
    public async Task A_fault_of_the_handler_is_tried_again_later_and_later_and_then_is_dead()
    {
        var worker = _harness.Worker((_, _) => throw new InvalidDataException("bad day"));
        var id = await _harness.AddAsync();
        var delays = new List<double>();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await worker.DrainAsync(Cancellation);
            var task = await _harness.FindAsync(id);
            if (task.NotBefore is not { } notBefore)
                continue;
            delays.Add((notBefore - _harness.Time.GetUtcNow()).TotalSeconds);
            _harness.Time.SetUtcNow(notBefore);
        }

        delays.ShouldBe([10, 20]);
        var dead = await _harness.FindAsync(id);
        dead.State.ShouldBe(TaskState.Dead);
        dead.Reason.ShouldBe("InvalidDataException: bad day");
    }

    [Fact]
    public async Task What_a_dead_process_left_is_taken_up_before_anything_else()
    {
        var left = await _harness.AddAsync();
        await _harness.Queue.ClaimAsync(new WorkerIdentity("host", "boot-0"), new QueueOptions(), Cancellation);
        await _harness.AddAsync(issue: 43);
        var order = new List<TaskId>();

        await _harness.Worker((lease, _) =>
        {
            order.Add(lease.Id);
            return Task.FromResult(QueueHarness.Succeeded());
        }).DrainAsync(Cancellation);

        order[0].ShouldBe(left);
        order.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Draining_runs_everything_within_the_caps()
    {
        for (var issue = 1; issue <= 12; issue++)
            await _harness.AddAsync(issue, $"octo/repo-{issue % 4}");
        var now = 0;
        var most = 0;

        await _harness.Worker(
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return QueueHarness.Succeeded();
            },
            new QueueOptions { MaxConcurrentTasks = 2 }).DrainAsync(Cancellation);

        (await _harness.Queue.CountAsync(Cancellation)).ByState[TaskState.Succeeded].ShouldBe(12);
        most.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task An_objection_at_the_claim_cancels_the_task_unrun()
    {
        var id = await _harness.AddAsync();
        var ran = false;

        await _harness.Worker(
            (_, _) =>
            {
                ran = true;
                return Task.FromResult(QueueHarness.Succeeded());
            },
            checks: (_, _) => Task.FromResult<string?>("withdrawn")).DrainAsync(Cancellation);

        ran.ShouldBeFalse();
        var task = await _harness.FindAsync(id);
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, "withdrawn"));
    }

    [Fact]
    public async Task While_a_guard_holds_claims_back_nothing_starts_and_afterwards_everything_does()
    {
        var (mayStart, asked) = (false, new SemaphoreSlim(0));
        _harness.Guards.Add(async (claim, token) =>
        {
            asked.Release();
            return mayStart ? await claim(token) : null;
        });
        var id = await _harness.AddAsync();
        using var worker = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()));
        await worker.StartAsync(Cancellation);
        await asked.WaitAsync(Cancellation);
        (await _harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);

        mayStart = true;
        _harness.Notices.RaiseChanged();
        await _harness.UntilAsync(id, task => task.State == TaskState.Succeeded);
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_verdict_that_the_ledger_refuses_does_not_leave_the_task_running()
    {
        var id = await _harness.AddAsync();
        var nonsense = new TaskVerdict.End(new TaskOutcome { State = TaskState.Running, Reason = "?" });

        await _harness.Worker((_, _) => Task.FromResult<TaskVerdict>(nonsense)).DrainAsync(Cancellation);

        (await _harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);
    }

    private async Task<TaskVerdict> WaitForInterruptionAsync(TaskLease lease, TaskInterruption interruption)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = interruption.Token.Register(stopped.SetResult);
        _begun.TrySetResult(lease);
        await stopped.Task;
        _interrupted.TrySetResult(interruption.Kind);
        return QueueHarness.Succeeded();
    }
}
