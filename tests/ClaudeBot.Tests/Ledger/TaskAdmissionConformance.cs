using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Which requests become tasks, and with what branch.</summary>
public abstract class TaskAdmissionConformance : StoreConformance
{
    [Fact]
    public async Task A_task_keeps_what_was_asked()
    {
        var added = await AddAsync(Ask(priority: TaskPriority.High));
        var found = await FindAsync(added.Id);

        found.ShouldBe(added);
        found.Id.Value.ShouldStartWith("octo--demo--issue-42-");
        found.State.ShouldBe(TaskState.Waiting);
        found.Priority.ShouldBe(TaskPriority.High);
        found.RequestedBy.ShouldBe("alice");
        found.RequestedById.ShouldBe(7);
        found.CreatedAt.ShouldBe(Time.GetUtcNow());
        found.Branch.ShouldBe("bot/issue-42-fix-the-parser");
        (await EventsOfAsync(added.Id)).ShouldBe(["task.queued"]);
    }

    [Fact]
    public async Task An_issue_has_one_active_task_however_its_repository_is_spelt()
    {
        var first = await AddAsync(Ask());

        var second = await Queue.EnqueueAsync(Ask(repository: "OCTO/Demo"), Cancellation);

        second.ShouldBeOfType<EnqueueResult.AlreadyActive>().Task.Id.ShouldBe(first.Id);
        (await Queue.FindByIssueAsync(first.Issue!, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Many_requests_at_once_make_one_task()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Queue.EnqueueAsync(Ask(), Cancellation), Cancellation)));

        results.OfType<EnqueueResult.Added>().Count().ShouldBe(1);
        results.OfType<EnqueueResult.AlreadyActive>().Count().ShouldBe(49);
    }

    [Fact]
    public async Task Tasks_without_an_issue_do_not_exclude_each_other()
    {
        var first = await AddAsync(Ask(issue: null));
        var second = await AddAsync(Ask(issue: null));

        second.Id.ShouldNotBe(first.Id);
        first.Branch.ShouldBe($"bot/task-{first.Id.Value[^6..]}-fix-the-parser");
    }

    [Fact]
    public async Task An_observation_older_than_the_end_of_the_work_makes_no_task()
    {
        var seen = Ask();
        Time.Advance(TimeSpan.FromMinutes(1));
        var first = await AddAsync(Ask());
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded), Cancellation);

        (await Queue.EnqueueAsync(seen, Cancellation)).ShouldBeOfType<EnqueueResult.Stale>().Task.Id.ShouldBe(first.Id);
        (await Queue.EnqueueAsync(Ask(), Cancellation)).ShouldBeOfType<EnqueueResult.Stale>("seen in the very moment of the end");

        Time.Advance(TimeSpan.FromSeconds(1));
        (await AddAsync(Ask())).Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task The_branch_of_an_issue_stays_whatever_its_title_becomes()
    {
        var first = await AddAsync(Ask());
        await Queue.CancelAsync(first.Id, "not now", "operator", Cancellation);
        Time.Advance(TimeSpan.FromSeconds(1));

        (await AddAsync(Ask(title: "Something else"))).Branch.ShouldBe(first.Branch);
    }

    [Fact]
    public async Task Feedback_on_the_bots_pull_request_goes_to_its_branch()
    {
        var first = await AddAsync(Ask());
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded) with { PullRequestNumber = 43 }, Cancellation);

        var feedback = await AddAsync(Ask(issue: 43) with { Kind = TaskKind.PrFeedback });

        feedback.Branch.ShouldBe(first.Branch);
    }

    [Fact]
    public async Task A_given_id_is_used_once()
    {
        var id = TaskId.Parse("my-own-task");
        (await AddAsync(Ask(issue: null) with { Id = id })).Id.ShouldBe(id);

        (await Queue.EnqueueAsync(Ask(issue: null) with { Id = id }, Cancellation)).ShouldBeOfType<EnqueueResult.AlreadyActive>();
        await Queue.CancelAsync(id, "enough", "operator", Cancellation);
        (await Queue.EnqueueAsync(Ask(issue: null) with { Id = id }, Cancellation)).ShouldBeOfType<EnqueueResult.Stale>();
    }

    [Fact]
    public async Task A_new_task_is_told_to_this_process_a_refused_one_is_not()
    {
        var told = 0;
        Notices.Changed += () => told++;

        await AddAsync(Ask());
        await Queue.EnqueueAsync(Ask(), Cancellation);

        told.ShouldBe(1);
    }
}
