using ClaudeBot.Queue;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Queue;

/// <summary>One task under one lease after another: in one process after a cancellation, and from one worker to the next.</summary>
public sealed class LeaseChangeTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new();
    private readonly Lock _lock = new();
    private readonly List<string> _story = [];
    private readonly TaskCompletionSource _firstBegan = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstMayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstInterrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_that_is_cancelled_and_retried_while_it_runs_waits_for_its_old_run_to_let_go(bool inThisProcess)
    {
        var queue = inThisProcess ? _harness.Queue : _harness.OtherProcess;
        using var worker = _harness.Worker(HandleAsync);
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _firstBegan.Task.WaitAsync(Cancellation);

        await queue.CancelAsync(id, "not so", "operator", Cancellation);
        (await queue.RetryAsync(id, "after all", Cancellation)).ShouldBeTrue();
        var claimedAgain = _harness.UntilAsync(id, task => task is { State: TaskState.Running, Fence: > 1 });
        while (!claimedAgain.IsCompleted)
        {
            // Another process is only seen by a look now and then.
            _harness.Time.Advance(TimeSpan.FromSeconds(inThisProcess ? 0 : 5));
            await Task.Yield();
        }

        await _firstInterrupted.Task.WaitAsync(Cancellation);
        worker.Running.ShouldBe([id]);
        _firstMayEnd.SetResult();
        (await _harness.UntilAsync(id, task => !task.IsActive)).State.ShouldBe(TaskState.Succeeded);
        await worker.StopAsync(Cancellation);

        _story.ShouldBe(["1 begins", "1 lets go", "3 begins", "3 lets go"]);
        worker.Running.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_word_of_the_cancellation_does_not_touch_the_run_after_it()
    {
        using var worker = _harness.Worker(HandleAsync);
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await _firstBegan.Task.WaitAsync(Cancellation);

        // Said of the task in general, by somebody who read it before: this run holds its lease.
        _harness.Notices.RaiseLeaseRevoked(id);
        _harness.Notices.RaiseChanged();
        var second = await _harness.AddAsync(issue: 43, repository: "octo/other");
        await _harness.UntilAsync(second, task => task.State != TaskState.Waiting);

        _firstMayEnd.SetResult();
        (await _harness.UntilAsync(id, task => !task.IsActive)).State.ShouldBe(TaskState.Succeeded);
        await worker.StopAsync(Cancellation);
        _firstInterrupted.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_worker_that_stood_still_beyond_its_lease_loses_the_task_and_writes_nothing_of_it()
    {
        // Its clock does not move while it stands still, as that of a process that was stopped.
        var stillClock = new FakeTimeProvider(_harness.Time.GetUtcNow());
        using var still = new QueueWorker(
            _harness.OtherProcess, new QueueOptions { SingleMachine = false }, new WorkerIdentity("still", "boot-a"), new QueueSignal(), new QueueNotices(), new QueueMetrics(), stillClock, [], [], HandleAsync, NullLogger<QueueWorker>.Instance);
        var id = await _harness.AddAsync();
        await still.StartAsync(Cancellation);
        await _firstBegan.Task.WaitAsync(Cancellation);

        using var other = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()), new QueueOptions { SingleMachine = false }, "boot-b");
        await other.StartAsync(Cancellation);
        var ended = _harness.UntilAsync(id, task => !task.IsActive);
        while (!ended.IsCompleted)
        {
            _harness.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        var before = await ended;
        before.State.ShouldBe(TaskState.Succeeded);
        // It may have looked once more before it stood still; with the next beat it knows.
        stillClock.Advance(new QueueOptions().HeartbeatInterval);
        await _firstInterrupted.Task.WaitAsync(Cancellation);
        _firstMayEnd.SetResult();
        await still.StopAsync(Cancellation);
        await other.StopAsync(Cancellation);

        (await _harness.FindAsync(id)).ShouldBe(before);
    }

    [Fact]
    public async Task A_lease_that_is_prolonged_is_taken_by_nobody()
    {
        using var worker = _harness.Worker(HandleAsync, new QueueOptions { SingleMachine = false });
        var id = await _harness.AddAsync();
        await worker.StartAsync(Cancellation);
        await _firstBegan.Task.WaitAsync(Cancellation);

        for (var beat = 0; beat < 12; beat++)
        {
            var until = await LeaseUntilAsync(id);
            _harness.Time.Advance(new QueueOptions().HeartbeatInterval);
            while (await LeaseUntilAsync(id) == until)
                await Task.Yield();
            (await _harness.OtherProcess.ReclaimAsync("boot-b", singleMachine: false, Cancellation)).ShouldBeEmpty();
        }

        _firstMayEnd.SetResult();
        await worker.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_a_dead_process_left_is_taken_back_before_any_service_starts()
    {
        var left = await _harness.AddAsync();
        await _harness.Queue.ClaimAsync(new WorkerIdentity("host", "boot-0"), new QueueOptions(), Cancellation);
        using var worker = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()));

        await worker.StartingAsync(Cancellation);

        (await _harness.FindAsync(left)).State.ShouldBe(TaskState.Waiting);
    }

    private async Task<long> LeaseUntilAsync(TaskId id)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_harness.Folder.Path}/ledger.db;Pooling=False");
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT lease_until FROM tasks WHERE id = $id";
        command.Parameters.AddWithValue("$id", id.Value);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>The first run of the task ends only when the test says so, interrupted or not, as one does that has to clear up.</summary>
    private async Task<TaskVerdict> HandleAsync(TaskLease lease, TaskInterruption interruption)
    {
        if (lease.Task.IssueNumber == 43)
            return QueueHarness.Succeeded();
        Tell($"{lease.Fence} begins");
        if (lease.Fence == 1)
        {
            await using var told = interruption.Token.Register(_firstInterrupted.SetResult);
            _firstBegan.SetResult();
            await _firstMayEnd.Task.WaitAsync(Cancellation);
        }

        Tell($"{lease.Fence} lets go");
        return QueueHarness.Succeeded();
    }

    private void Tell(string what)
    {
        lock (_lock)
            _story.Add(what);
    }
}
