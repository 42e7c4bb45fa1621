using ClaudeBot.Queue;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Deliveries: stored once, decided once.</summary>
public abstract class InboxConformance : StoreConformance
{
    private static readonly IssueReference Subject = new(Repository, 42);

    [Fact]
    public async Task A_delivery_is_kept_byte_for_byte_and_once()
    {
        var delivery = Delivery("d-1");

        (await Inbox.StoreAsync(delivery, Cancellation)).ShouldBeTrue();
        (await Inbox.StoreAsync(delivery, Cancellation)).ShouldBeFalse();

        var pending = (await Inbox.PendingAsync(10, Cancellation)).ShouldHaveSingleItem();
        pending.Body.ToArray().ShouldBe(delivery.Body.ToArray());
        (pending.Id, pending.Event, pending.ReceivedAt).ShouldBe((delivery.Id, delivery.Event, delivery.ReceivedAt));
        (await Inbox.CountPendingAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_decision_makes_its_task_once()
    {
        await Inbox.StoreAsync(Delivery("d-1"), Cancellation);
        var decision = new Decision { Subject = Subject, Task = Ask(), Reason = "Labelled by alice.", Outcome = "task" };

        var added = (await Inbox.DecideAsync("d-1", decision, Cancellation)).ShouldBeOfType<EnqueueResult.Added>();
        (await Inbox.DecideAsync("d-1", decision, Cancellation)).ShouldBeOfType<EnqueueResult.AlreadyActive>().Task.Id.ShouldBe(added.Task.Id);

        (await Inbox.PendingAsync(10, Cancellation)).ShouldBeEmpty();
        var decided = (await Inbox.DecisionsForAsync(Subject, 10, Cancellation)).ShouldHaveSingleItem();
        (decided.Outcome, decided.Reason, decided.TaskId).ShouldBe(("task", "Labelled by alice.", added.Task.Id));
        (await Queue.FindByIssueAsync(Subject, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Decisions_are_found_by_time_and_by_delivery_whatever_they_are_about()
    {
        await Inbox.StoreAsync(Delivery("d-1"), Cancellation);
        await Inbox.StoreAsync(Delivery("d-2"), Cancellation);
        await Inbox.StoreAsync(Delivery("d-3"), Cancellation);
        await Inbox.DecideAsync("d-2", new Decision { Reason = "A ping.", Outcome = "ignored" }, Cancellation);
        var between = Time.GetUtcNow() + TimeSpan.FromSeconds(1);
        Time.Advance(TimeSpan.FromSeconds(2));
        await Inbox.DecideAsync("d-1", new Decision { Subject = Subject, Reason = "No write permission.", Outcome = "refused" }, Cancellation);

        (await Inbox.DecisionsSinceAsync(DateTimeOffset.MinValue, 10, Cancellation)).Select(decided => (decided.Id, decided.Subject)).ShouldBe([("d-2", null), ("d-1", Subject)]);
        (await Inbox.DecisionsSinceAsync(between, 10, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe("d-1");
        (await Inbox.DecisionsSinceAsync(DateTimeOffset.MinValue, 1, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe("d-2");
        (await Inbox.FindDecisionAsync("d-1", Cancellation))!.Reason.ShouldBe("No write permission.");
        (await Inbox.FindDecisionAsync("d-3", Cancellation)).ShouldBeNull();
        (await Inbox.FindDecisionAsync("d-4", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_decision_that_finds_the_work_under_way_is_kept_with_that_reason()
    {
        var active = await AddAsync(Ask());
        await Inbox.StoreAsync(Delivery("d-2"), Cancellation);

        await Inbox.DecideAsync("d-2", new Decision { Subject = Subject, Task = Ask(), Reason = "Labelled.", Outcome = "task" }, Cancellation);

        var decided = (await Inbox.DecisionsForAsync(Subject, 10, Cancellation)).ShouldHaveSingleItem();
        decided.Outcome.ShouldBe("ignored");
        decided.Reason.ShouldContain(active.Id.Value);
    }

    [Fact]
    public async Task A_decision_without_a_task_is_kept_for_the_one_who_asks_why()
    {
        await Inbox.StoreAsync(Delivery("d-1"), Cancellation);
        (await Inbox.DecideAsync("d-1", new Decision { Subject = Subject, Reason = "No write permission.", Outcome = "refused" }, Cancellation)).ShouldBeNull();

        (await Inbox.DecisionsForAsync(new IssueReference(RepositoryName.Parse("OCTO/Demo"), 42), 10, Cancellation))
            .ShouldHaveSingleItem().Outcome.ShouldBe("refused");
    }

    [Fact]
    public async Task A_postponed_delivery_comes_back_at_its_time_in_its_order()
    {
        await Inbox.StoreAsync(Delivery("d-1"), Cancellation);
        await Inbox.StoreAsync(Delivery("d-2"), Cancellation);
        await Inbox.PostponeAsync("d-1", "rate limit", Time.GetUtcNow().AddMinutes(1), Cancellation);

        (await Inbox.PendingAsync(10, Cancellation)).Select(delivery => delivery.Id).ShouldBe(["d-2"]);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await Inbox.PendingAsync(10, Cancellation)).Select(delivery => delivery.Id).ShouldBe(["d-1", "d-2"]);
    }

    [Fact]
    public Task A_decision_about_nothing_stored_is_an_error() => Should.ThrowAsync<InvalidOperationException>(
        () => Inbox.DecideAsync("unknown", new Decision { Reason = "?", Outcome = "ignored" }, Cancellation));
}
