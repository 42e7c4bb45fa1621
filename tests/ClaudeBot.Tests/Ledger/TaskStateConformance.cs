using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Ledger;

/// <summary>The states of a task, its fence, its attempts.</summary>
public abstract class TaskStateConformance : StoreConformance
{
    [Fact]
    public async Task A_claimed_task_runs_and_ends_once()
    {
        var id = (await AddAsync(Ask())).Id;
        Time.Advance(TimeSpan.FromSeconds(2));
        var lease = await ClaimAsync();
        lease.Task.State.ShouldBe(TaskState.Running);
        lease.Task.StartedAt.ShouldBe(Time.GetUtcNow());
        lease.Task.Attempts.ShouldBe(1);
        Time.Advance(TimeSpan.FromSeconds(3));

        var outcome = new TaskOutcome { State = TaskState.Succeeded, Reason = "done", PullRequestNumber = 9, PullRequestUrl = "http://x/9", HeadSha = "abc" };
        (await Queue.EndAsync(lease, outcome, Cancellation)).ShouldBeTrue();
        (await Queue.EndAsync(lease, outcome, Cancellation)).ShouldBeFalse();

        var ended = await FindAsync(id);
        ended.State.ShouldBe(TaskState.Succeeded);
        ended.EndedAt.ShouldBe(Time.GetUtcNow());
        (ended.PullRequestNumber, ended.PullRequestUrl, ended.HeadSha, ended.Reason).ShouldBe((9, "http://x/9", "abc", "done"));
        (await EventsOfAsync(id)).ShouldBe(["task.queued", "task.running", "task.succeeded"]);
    }

    [Fact]
    public async Task A_task_does_not_end_in_a_state_that_is_no_end()
    {
        await AddAsync(Ask());
        var lease = await ClaimAsync();

        await Should.ThrowAsync<ArgumentException>(() => Queue.EndAsync(lease, Outcome(TaskState.Waiting), Cancellation));
    }

    [Fact]
    public async Task A_task_that_waits_for_a_time_is_due_when_the_time_has_come()
    {
        await AddAsync(Ask());
        (await Queue.CountDueAsync(Cancellation)).ShouldBe(1);
        var lease = await ClaimAsync();
        (await Queue.CountDueAsync(Cancellation)).ShouldBe(0);
        await Queue.RequeueAsync(lease, "later", Time.GetUtcNow() + TimeSpan.FromMinutes(5), countsAttempt: false, Cancellation);

        (await Queue.CountDueAsync(Cancellation)).ShouldBe(0);
        Time.Advance(TimeSpan.FromMinutes(5));
        (await Queue.CountDueAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_stale_lease_writes_nothing()
    {
        var id = (await AddAsync(Ask())).Id;
        var old = await ClaimAsync();
        await Queue.RequeueAsync(old, "again", null, countsAttempt: false, Cancellation);
        var live = await ClaimAsync();
        var before = await FindAsync(id);

        (await Queue.HeartbeatAsync(old, TimeSpan.FromSeconds(30), Cancellation)).ShouldBeFalse();
        (await Queue.EndAsync(old, Outcome(TaskState.Failed), Cancellation)).ShouldBeFalse();
        (await Queue.RequeueAsync(old, "late", null, countsAttempt: true, Cancellation)).ShouldBeFalse();
        (await Queue.AskAsync(old, new InputRequest(AwaitedInput.Question, "late?", null), Cancellation)).ShouldBeFalse();
        (await Journal.BeginStepAsync(id, old.Fence, "push", "{}", Cancellation)).ShouldBeFalse();

        (await FindAsync(id)).ShouldBe(before);
        live.Fence.ShouldBeGreaterThan(old.Fence);
        (await Queue.HeartbeatAsync(live, TimeSpan.FromSeconds(30), Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_cancelled_task_is_taken_from_its_worker()
    {
        var id = (await AddAsync(Ask())).Id;
        var lease = await ClaimAsync();
        var revoked = new List<TaskId>();
        Notices.LeaseRevoked += revoked.Add;

        (await Queue.CancelAsync(id, "not wanted", "operator", Cancellation)).ShouldBeTrue();

        (await FindAsync(id)).State.ShouldBe(TaskState.Cancelled);
        (await Queue.HeartbeatAsync(lease, TimeSpan.FromSeconds(30), Cancellation)).ShouldBeFalse();
        (await Queue.EndAsync(lease, Outcome(TaskState.Succeeded), Cancellation)).ShouldBeFalse();
        (await Queue.CancelAsync(id, "again", "operator", Cancellation)).ShouldBeFalse();
        revoked.ShouldBe([id]);
    }

    [Fact]
    public async Task A_requeued_task_waits_for_its_time()
    {
        var id = (await AddAsync(Ask())).Id;
        await Queue.RequeueAsync(await ClaimAsync(), "rate limit", Time.GetUtcNow().AddMinutes(5), countsAttempt: false, Cancellation);

        (await FindAsync(id)).Attempts.ShouldBe(0);
        (await Queue.ClaimAsync(Worker, Options, Cancellation)).ShouldBeNull();
        Time.Advance(TimeSpan.FromMinutes(5));
        (await ClaimAsync()).Task.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task The_last_attempt_that_counts_ends_in_dead_with_its_reason()
    {
        Options = Options with { MaxAttempts = 2 };
        var id = (await AddAsync(Ask())).Id;

        await Queue.RequeueAsync(await ClaimAsync(), "first fault", null, countsAttempt: true, Cancellation);
        (await FindAsync(id)).State.ShouldBe(TaskState.Waiting);
        await Queue.RequeueAsync(await ClaimAsync(), "ours", null, countsAttempt: false, Cancellation);
        (await FindAsync(id)).State.ShouldBe(TaskState.Waiting);
        await Queue.RequeueAsync(await ClaimAsync(), "second fault", null, countsAttempt: true, Cancellation);

        var dead = await FindAsync(id);
        dead.State.ShouldBe(TaskState.Dead);
        dead.Reason.ShouldBe("second fault");
        dead.EndedAt.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(TaskState.Failed)]
    [InlineData(TaskState.Cancelled)]
    [InlineData(TaskState.Dead)]
    public async Task An_ended_task_can_be_retried_from_zero(TaskState end)
    {
        var id = (await AddAsync(Ask())).Id;
        await Queue.EndAsync(await ClaimAsync(), Outcome(end), Cancellation);

        (await Queue.RetryAsync(id, "try again", Cancellation)).ShouldBeTrue();
        (await Queue.RetryAsync(id, "twice", Cancellation)).ShouldBeFalse();

        var task = await FindAsync(id);
        (task.State, task.Attempts, task.EndedAt).ShouldBe((TaskState.Waiting, 0, null));
        (await EventsOfAsync(id)).ShouldContain("task.retried");
    }

    [Theory]
    [InlineData("failed", 0)]
    [InlineData("cancelled", 0)]
    [InlineData("waiting", 2)]
    public async Task Another_try_forgets_the_steps_of_a_run_that_ended_the_task_and_of_no_other(string ending, int kept)
    {
        var id = (await AddAsync(Ask())).Id;
        var lease = await ClaimAsync();
        await Journal.BeginStepAsync(id, lease.Fence, "push", "{}", Cancellation);
        await Journal.BeginStepAsync(id, lease.Fence, "close", $$"""{"ending":"{{ending}}","reason":"because"}""", Cancellation);
        await Queue.EndAsync(lease, Outcome(TaskState.Dead), Cancellation);

        (await Queue.RetryAsync(id, "try again", Cancellation)).ShouldBeTrue();

        (await Journal.StepsAsync(id, Cancellation)).Count.ShouldBe(kept);
    }

    [Fact]
    public async Task What_succeeded_is_not_retried_and_nothing_is_beside_an_active_task()
    {
        var done = (await AddAsync(Ask())).Id;
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded), Cancellation);
        (await Queue.RetryAsync(done, "again", Cancellation)).ShouldBeFalse();

        Time.Advance(TimeSpan.FromSeconds(1));
        var failed = (await AddAsync(Ask())).Id;
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Failed), Cancellation);
        Time.Advance(TimeSpan.FromSeconds(1));
        await AddAsync(Ask());
        (await Queue.RetryAsync(failed, "again", Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_task_with_a_question_keeps_its_place_until_it_is_answered()
    {
        var id = (await AddAsync(Ask())).Id;
        (await Queue.AskAsync(await ClaimAsync(), new InputRequest(AwaitedInput.Question, "Which parser?", null), Cancellation)).ShouldBeTrue();

        (await FindAsync(id)).Reason.ShouldBe("Which parser?");
        (await Queue.EnqueueAsync(Ask(), Cancellation)).ShouldBeOfType<EnqueueResult.AlreadyActive>();
        (await Queue.ClaimAsync(Worker, Options, Cancellation)).ShouldBeNull();
        (await Queue.RetryAsync(id, "answered", Cancellation)).ShouldBeTrue();
        (await ClaimAsync()).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Changes_of_state_are_told_until_they_are_announced()
    {
        var id = (await AddAsync(Ask())).Id;
        (await Queue.UnannouncedAsync(10, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(id);
        await Queue.MarkAnnouncedAsync(id, TaskState.Waiting, Cancellation);
        (await Queue.UnannouncedAsync(10, Cancellation)).ShouldBeEmpty();

        await ClaimAsync();
        (await Queue.UnannouncedAsync(10, Cancellation)).ShouldHaveSingleItem().State.ShouldBe(TaskState.Running);
        await Queue.MarkAnnouncedAsync(id, TaskState.Waiting, Cancellation);
        (await Queue.UnannouncedAsync(10, Cancellation)).Count.ShouldBe(1, "an announcement of an older state does not hide the new one");
    }
}
