using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Which task is next, and what becomes of those whose worker died.</summary>
public abstract class TaskClaimConformance : StoreConformance
{
    [Fact]
    public async Task Higher_priority_goes_first_then_the_oldest()
    {
        Options = Options with { MaxConcurrentTasks = 10, MaxConcurrentPerRepository = 10 };
        var low = await AddAsync(Ask(1, priority: TaskPriority.Low));
        var first = await AddAsync(Ask(2));
        var second = await AddAsync(Ask(3));
        var urgent = await AddAsync(Ask(4, priority: TaskPriority.Urgent));
        var raised = await AddAsync(Ask(5, priority: TaskPriority.Low));
        (await Queue.SetPriorityAsync(raised.Id, TaskPriority.High, Cancellation)).ShouldBeTrue();

        var order = new List<TaskId>();
        while (await Queue.ClaimAsync(Worker, Options, Cancellation) is { } lease)
            order.Add(lease.Id);

        order.ShouldBe([urgent.Id, raised.Id, first.Id, second.Id, low.Id]);
        (await EventsOfAsync(raised.Id)).ShouldContain("task.priority");
    }

    [Fact]
    public async Task Repositories_take_turns_however_long_their_queues_are()
    {
        for (var issue = 1; issue <= 20; issue++)
            await AddAsync(Ask(issue, "octo/busy"));
        await AddAsync(Ask(1, "octo/quiet"));
        await AddAsync(Ask(2, "octo/quiet"));
        await AddAsync(Ask(1, "octo/third"));
        var order = new List<string>();

        while (await Queue.ClaimAsync(Worker, Options, Cancellation) is { } lease)
        {
            order.Add(lease.Task.Repository.Name);
            await Queue.EndAsync(lease, Outcome(TaskState.Succeeded), Cancellation);
        }

        order.Take(3).Order(StringComparer.Ordinal).ShouldBe(["busy", "quiet", "third"]);
        order.Take(5).Count(name => name == "quiet").ShouldBe(2);
        order.Count.ShouldBe(23);
    }

    [Fact]
    public async Task The_caps_hold_under_many_claims_at_once()
    {
        Options = Options with { MaxConcurrentTasks = 5, MaxConcurrentPerRepository = 2 };
        for (var issue = 1; issue <= 30; issue++)
            await AddAsync(Ask(issue, $"octo/repo-{issue % 3}"));

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Queue.ClaimAsync(Worker, Options, Cancellation), Cancellation)));

        var leases = claims.OfType<TaskLease>().ToList();
        leases.Count.ShouldBe(5);
        leases.Select(lease => lease.Id).Distinct().Count().ShouldBe(5);
        leases.GroupBy(lease => lease.Task.Repository).Max(group => group.Count()).ShouldBe(2);
    }

    [Fact]
    public async Task Two_tasks_of_one_branch_never_run_side_by_side()
    {
        Options = Options with { MaxConcurrentPerRepository = 5 };
        await AddAsync(Ask());
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded) with { PullRequestNumber = 43 }, Cancellation);
        Time.Advance(TimeSpan.FromSeconds(1));
        await AddAsync(Ask());
        await AddAsync(Ask(43) with { Kind = TaskKind.PrFeedback });

        var running = await ClaimAsync();
        (await Queue.ClaimAsync(Worker, Options, Cancellation)).ShouldBeNull();
        await Queue.EndAsync(running, Outcome(TaskState.Succeeded), Cancellation);
        (await ClaimAsync()).Task.IssueNumber.ShouldBe(43);
    }

    [Fact]
    public async Task A_paused_queue_gives_nothing_until_it_is_resumed()
    {
        await AddAsync(Ask());
        await Queue.PauseAsync("deploying", "carol", Cancellation);

        (await Queue.PausedAsync(Cancellation)).ShouldBe(new PausedQueue("deploying", "carol", Time.GetUtcNow()));
        (await Queue.ClaimAsync(Worker, Options, Cancellation)).ShouldBeNull();
        await Queue.ResumeAsync("carol", Cancellation);
        (await Queue.PausedAsync(Cancellation)).ShouldBeNull();
        await ClaimAsync();
        (await Events.SinceAsync(DateTimeOffset.MinValue, 10, Cancellation)).Where(entry => entry.Actor == "carol").Select(entry => entry.Kind)
            .ShouldBe(["queue.paused", "queue.resumed"]);
    }

    [Fact]
    public async Task Another_boot_on_the_same_machine_takes_everything_back_at_once()
    {
        var id = (await AddAsync(Ask())).Id;
        var old = await ClaimAsync();

        (await Queue.ReclaimAsync(Worker.BootId, singleMachine: true, Cancellation)).ShouldBeEmpty("a live worker keeps its task");
        (await Queue.ReclaimAsync("boot-2", singleMachine: true, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(id);

        var task = await FindAsync(id);
        (task.State, task.Attempts).ShouldBe((TaskState.Waiting, 0));
        (await Queue.EndAsync(old, Outcome(TaskState.Succeeded), Cancellation)).ShouldBeFalse();
        (await EventsOfAsync(id)).ShouldContain("task.reclaimed");
    }

    [Fact]
    public async Task With_several_machines_only_a_lease_that_ran_out_is_taken_back()
    {
        await AddAsync(Ask());
        var lease = await ClaimAsync();
        Time.Advance(TimeSpan.FromSeconds(20));
        await Queue.HeartbeatAsync(lease, TimeSpan.FromSeconds(30), Cancellation);
        Time.Advance(TimeSpan.FromSeconds(20));
        (await Queue.ReclaimAsync("boot-2", singleMachine: false, Cancellation)).ShouldBeEmpty();

        Time.Advance(TimeSpan.FromSeconds(10));
        (await Queue.ReclaimAsync("boot-2", singleMachine: false, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_task_that_keeps_killing_its_worker_is_dead_after_three_recoveries()
    {
        var id = (await AddAsync(Ask())).Id;
        for (var crash = 1; crash <= 3; crash++)
        {
            await ClaimAsync();
            (await Queue.ReclaimAsync("other", singleMachine: true, Cancellation)).Count.ShouldBe(1);
        }

        await ClaimAsync();
        (await Queue.ReclaimAsync("other", singleMachine: true, Cancellation)).ShouldBeEmpty();

        var dead = await FindAsync(id);
        dead.State.ShouldBe(TaskState.Dead);
        dead.Reason!.ShouldContain("4 times");
        dead.Reason!.ShouldContain($"transcripts/{id}-*.ndjson");
        dead.Reason!.Split(Time.GetUtcNow().ToString("u")).Length.ShouldBe(5, "one time for each death");
        dead.Reason!.ShouldNotContain(Worker.Name, Case.Sensitive, "the reason is shown on GitHub");
        var deaths = (await Events.SinceAsync(DateTimeOffset.MinValue, 100, Cancellation)).Where(entry => entry.Kind is "task.reclaimed" or "task.worker_died").ToList();
        deaths.Count.ShouldBe(4);
        deaths.ShouldAllBe(entry => entry.Message.Contains(Worker.Name) && entry.Message.Contains("transcripts/"));
        (await Queue.RetryAsync(id, "fixed", Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_task_whose_worker_died_twice_runs_alone_so_that_it_takes_no_other_along()
    {
        var suspect = (await AddAsync(Ask())).Id;
        for (var crash = 1; crash <= 2; crash++)
        {
            await ClaimAsync();
            await Queue.ReclaimAsync("other", singleMachine: true, Cancellation);
        }

        await AddAsync(Ask(7, "octo/other", priority: TaskPriority.High));
        var bystander = await ClaimAsync();
        bystander.Id.ShouldNotBe(suspect);
        (await Queue.ClaimAsync(Worker, new QueueOptions(), Cancellation)).ShouldBeNull("something runs that the suspect could take along");

        await Queue.EndAsync(bystander, Outcome(TaskState.Succeeded), Cancellation);
        (await ClaimAsync()).Id.ShouldBe(suspect);
        await AddAsync(Ask(8, "octo/third"));
        (await Queue.ClaimAsync(Worker, new QueueOptions(), Cancellation)).ShouldBeNull("the suspect runs");
    }

    [Fact]
    public async Task Lists_pages_and_counts_agree()
    {
        for (var issue = 1; issue <= 5; issue++)
            await AddAsync(Ask(issue, priority: issue == 1 ? TaskPriority.High : TaskPriority.Low));
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Failed), Cancellation);
        await AddAsync(Ask(9, "octo/other"));

        var page = await Queue.ListAsync(new TaskFilter { Repository = RepositoryName.Parse("OCTO/demo"), Limit = 2 }, Cancellation);
        page.Select(task => task.IssueNumber).ShouldBe([5, 4]);
        var next = await Queue.ListAsync(new TaskFilter { Repository = Repository, Before = page[^1].Id }, Cancellation);
        next.Select(task => task.IssueNumber).ShouldBe([3, 2, 1]);
        (await Queue.ListAsync(new TaskFilter { States = [TaskState.Failed, TaskState.Dead] }, Cancellation)).ShouldHaveSingleItem().IssueNumber.ShouldBe(1);

        var counts = await Queue.CountAsync(Cancellation);
        (counts.ByState[TaskState.Waiting], counts.ByState[TaskState.Failed], counts.ByState[TaskState.Running]).ShouldBe((5, 1, 0));
        (counts.WaitingByPriority[TaskPriority.Low], counts.WaitingByPriority[TaskPriority.Medium], counts.WaitingByPriority[TaskPriority.High]).ShouldBe((4, 1, 0));
    }
}
