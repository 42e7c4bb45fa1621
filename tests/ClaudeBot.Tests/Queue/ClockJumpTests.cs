using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Queue;

/// <summary>The real store and worker, on one machine whose wall clock is put forward and back.</summary>
public sealed class ClockJumpTests : IAsyncLifetime
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("octo/demo");
    private static readonly QueueOptions Options = new();

    private readonly TemporaryFolder _folder = new();
    private readonly JumpingClock _clock = new();
    private readonly QueueNotices _notices = new();
    private readonly SqliteLedger _ledger;
    private readonly SqliteTaskQueue _queue;
    private readonly SqliteInbox _inbox;

    public ClockJumpTests()
    {
        _ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path }, _clock);
        _queue = new SqliteTaskQueue(_ledger, _notices, _clock);
        _inbox = new SqliteInbox(_ledger, _notices, _clock);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(0)]
    public async Task A_running_task_keeps_its_lease_and_is_not_run_twice(int minutes)
    {
        var begun = new TaskCompletionSource<TaskLease>(TaskCreationOptions.RunContinuationsAsynchronously);
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        InterruptionKind? interrupted = null;
        var runs = 0;
        using var worker = new QueueWorker(
            _queue, Options, new WorkerIdentity("host", "boot-1"), new QueueSignal(), _notices, new QueueMetrics(), _clock, [], [],
            async (lease, interruption) =>
            {
                Interlocked.Increment(ref runs);
                begun.TrySetResult(lease);
                await finish.Task;
                interrupted = interruption.Kind;
                ended.SetResult();
                return QueueHarness.Succeeded();
            },
            NullLogger<QueueWorker>.Instance);
        await worker.StartAsync(Cancellation);
        var id = await AddAsync(1);
        var lease = await begun.Task.WaitAsync(Cancellation);

        _clock.Jump(TimeSpan.FromMinutes(minutes));
        // Past several leases, heartbeats and sweeps; on the clock's local time, past the missing hour.
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(1); passed += Options.SweepInterval)
        {
            _clock.Advance(Options.SweepInterval);
            await Task.Yield();
        }

        (await _queue.ClaimAsync(new WorkerIdentity("host", "boot-1"), Options, Cancellation)).ShouldBeNull();
        finish.SetResult();
        await ended.Task.WaitAsync(Cancellation);
        await worker.StopAsync(Cancellation);

        var task = (await _queue.FindAsync(id, Cancellation)).ShouldNotBeNull();
        (task.State, task.Fence, task.Attempts, runs, interrupted).ShouldBe((TaskState.Succeeded, lease.Fence, 1, 1, null));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-60, true)]
    [InlineData(60, true)]
    public async Task A_task_put_off_for_minutes_never_waits_for_the_hour_that_the_clock_lost(int minutes, bool isDue)
    {
        await AddAsync(1);
        var lease = (await ClaimAsync()).ShouldNotBeNull();
        await _queue.RequeueAsync(lease, "limit", _clock.GetUtcNow().AddMinutes(5), countsAttempt: false, Cancellation);

        _clock.Jump(TimeSpan.FromMinutes(minutes));

        (await ClaimAsync() is not null).ShouldBe(isDue);
        if (isDue)
            return;
        _clock.Advance(TimeSpan.FromMinutes(5));
        (await ClaimAsync()).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public async Task A_stored_delivery_is_due_whatever_the_clock_says(int minutes)
    {
        await StoreAsync("d-1");

        _clock.Jump(TimeSpan.FromMinutes(minutes));

        (await _inbox.PendingAsync(10, Cancellation)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(-60, true)]
    [InlineData(60, true)]
    public async Task A_delivery_put_off_for_minutes_never_waits_for_the_hour_that_the_clock_lost(int minutes, bool isDue)
    {
        await StoreAsync("d-1");
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _inbox.PostponeAsync("d-1", "GitHub is away", _clock.GetUtcNow().AddMinutes(5), Cancellation);

        _clock.Jump(TimeSpan.FromMinutes(minutes));

        (await _inbox.PendingAsync(10, Cancellation)).Any().ShouldBe(isDue);
        if (isDue)
            return;
        _clock.Advance(TimeSpan.FromMinutes(5));
        (await _inbox.PendingAsync(10, Cancellation)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_request_made_after_the_clock_was_put_back_is_not_taken_for_one_before_the_last_run()
    {
        await AddAsync(1);
        var lease = (await ClaimAsync()).ShouldNotBeNull();
        var before = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await _queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done" }, Cancellation);
        (await _queue.EnqueueAsync(Ask(1) with { ObservedAt = before }, Cancellation)).ShouldBeOfType<EnqueueResult.Stale>();

        _clock.Jump(TimeSpan.FromHours(-1));

        await AddAsync(1);
    }

    private Task<TaskLease?> ClaimAsync() => _queue.ClaimAsync(new WorkerIdentity("host", "boot-1"), Options, Cancellation);

    private async Task<TaskId> AddAsync(int issue) =>
        (await _queue.EnqueueAsync(Ask(issue), Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task.Id;

    private NewTask Ask(int issue) => new()
    {
        Kind = TaskKind.Issue,
        Repository = Repository,
        IssueNumber = issue,
        Title = "Fix the parser",
        Description = "It drops the last line.",
        RequestedBy = "alice",
        ObservedAt = _clock.GetUtcNow().AddTicks(TimeSpan.TicksPerMicrosecond),
    };

    private Task<bool> StoreAsync(string id) =>
        _inbox.StoreAsync(new Delivery { Id = id, Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = _clock.GetUtcNow() }, Cancellation);
}
