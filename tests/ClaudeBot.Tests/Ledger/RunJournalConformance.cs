using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Attempts, steps with intents, spend.</summary>
public abstract class RunJournalConformance : StoreConformance
{
    [Fact]
    public async Task Attempts_are_numbered_over_the_whole_life_of_a_task()
    {
        var id = (await AddAsync(Ask())).Id;
        (await Journal.BeginAttemptAsync(id, "w1", Cancellation)).ShouldBe(1);
        await Journal.EndAttemptAsync(id, 1, "rate limit", "session-1", Cancellation);
        (await Journal.BeginAttemptAsync(id, "w2", Cancellation)).ShouldBe(2);

        var attempts = await Journal.AttemptsAsync(id, Cancellation);
        attempts.Select(attempt => (attempt.Number, attempt.Worker, attempt.Ending, attempt.SessionId))
            .ShouldBe([(1, "w1", "rate limit", "session-1"), (2, "w2", null, null)]);
    }

    [Fact]
    public async Task A_step_keeps_its_intent_until_its_result_is_known()
    {
        var id = (await AddAsync(Ask())).Id;
        var fence = (await ClaimAsync()).Fence;

        (await Journal.BeginStepAsync(id, fence, "push", "{\"sha\":1}", Cancellation)).ShouldBeTrue();
        (await Journal.FindStepAsync(id, "push", Cancellation))!.Result.ShouldBeNull();
        (await Journal.BeginStepAsync(id, fence, "push", "{\"sha\":2}", Cancellation)).ShouldBeTrue();
        (await Journal.EndStepAsync(id, fence, "push", "{\"ok\":true}", Cancellation)).ShouldBeTrue();

        var step = (await Journal.StepsAsync(id, Cancellation)).ShouldHaveSingleItem();
        (step.Step, step.Intent, step.Result).ShouldBe(("push", "{\"sha\":2}", "{\"ok\":true}"));
        step.EndedAt.ShouldNotBeNull();
        (await Journal.EndStepAsync(id, fence + 1, "push", "{}", Cancellation)).ShouldBeFalse();
        await Should.ThrowAsync<InvalidOperationException>(() => Journal.EndStepAsync(id, fence, "never", "{}", Cancellation));
    }

    [Fact]
    public async Task Spend_adds_up_exactly_and_shows_on_the_task()
    {
        var id = (await AddAsync(Ask())).Id;
        for (var call = 0; call < 10; call++)
            await Journal.AddSpendAsync(id, Repository, new TokenUsage("model", 100, 20, 3, 4), 0.1m, Cancellation);
        await Journal.AddSpendAsync(id, Repository, new TokenUsage("model", 1, 0, 0, 0), 0.000000003m, Cancellation);
        await Queue.AddCostAsync(id, 2m, Cancellation);

        (await Journal.SpendAsync(id, Cancellation)).ShouldBe(new Spend(1001, 200, 30, 40, 1.000000003m, 11));
        (await FindAsync(id)).CostUsd.ShouldBe(3.000000003m);

        await Journal.AddSpendAsync(id, Repository, new TokenUsage("dear", 1, 1, 0, 0), 5m, Cancellation);
        (await Journal.MainModelAsync(id, Cancellation)).ShouldBe("dear");
        (await Journal.MainModelAsync(TaskId.Parse("some-task"), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task The_event_log_gives_what_happened_since_in_order()
    {
        await Events.AppendAsync("a.one", "bot", null, null, "first", Cancellation);
        Time.Advance(TimeSpan.FromMinutes(1));
        var since = Time.GetUtcNow();
        await Events.AppendAsync("a.two", "alice", TaskId.Parse("some-task"), new IssueReference(Repository, 3), "second", Cancellation);
        await Events.AppendAsync("a.three", "bot", null, null, "third", Cancellation);

        var entries = await Events.SinceAsync(since, 10, Cancellation);
        entries.Select(entry => entry.Kind).ShouldBe(["a.two", "a.three"]);
        entries[0].Subject.ShouldBe(new IssueReference(Repository, 3));
        entries[0].TaskId.ShouldBe(TaskId.Parse("some-task"));
        (await Events.SinceAsync(since, 1, Cancellation)).Count.ShouldBe(1);
    }
}
