using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Runs;

/// <summary>What becomes of a task when the budget of the day is spent, before it starts or while it runs.</summary>
public sealed class DayBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_that_made_nothing_waits_for_the_next_day_and_uses_no_attempt()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, task) = await bench.AskAsync();
        bench.Agent.Does(async (_, _) =>
        {
            await SpendAsync(bench, task, 50m);
            return TestAgent.Result(AgentEnding.OverDayBudget, "402");
        });

        var verdict = (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();

        ExpectTomorrow(verdict);
        verdict.Reason.ShouldContain("acme/shop has spent 50.00 of the 50.00 USD that BUDGET_USD_PER_REPO_PER_DAY allows");
        issue.LabelNames.ShouldContain(BotLabels.Queued);
        (await bench.Queue.FindAsync(task.Id, Token))!.Attempts.ShouldBe(0);
        bench.Shop.PullRequests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_made_is_a_draft_that_says_why()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n", AgentEnding.OverDayBudget);

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldContain("the budget of the day was spent");
        bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.IsDraft.ShouldBeTrue();
    }

    [Fact]
    public async Task A_task_whose_turn_comes_after_the_budget_is_spent_does_not_start_its_agent()
    {
        await using var bench = await RunBench.StartAsync();
        var (_, task) = await bench.AskAsync();
        await SpendAsync(bench, task, 3m);
        await SpendAsync(bench, (await bench.AskAsync("Another")).Task, 47m);

        ExpectTomorrow((await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>());

        bench.Agent.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_cap_for_all_is_reached_nothing_is_claimed()
    {
        await using var bench = await RunBench.StartAsync();
        var (_, task) = await bench.AskAsync();
        var caps = bench.Get<DailyCaps>();
        (await caps.GuardAsync(_ => bench.ClaimAsync()!, Token)).ShouldNotBeNull();
        await SpendAsync(bench, task, 200m);

        var lease = await caps.GuardAsync(_ => throw new InvalidOperationException("The queue was asked."), Token);

        lease.ShouldBeNull();
        caps.Reached(await caps.SpentTodayAsync(Token)).Count.ShouldBe(2, "the cap for all and that of the repository");
    }

    private static void ExpectTomorrow(TaskVerdict.Requeue verdict)
    {
        verdict.CountsAttempt.ShouldBeFalse();
        var at = verdict.NotBefore.ShouldNotBeNull();
        at.TimeOfDay.ShouldBe(TimeSpan.Zero);
        (at - TimeProvider.System.GetUtcNow()).ShouldBeInRange(TimeSpan.FromMinutes(-5), TimeSpan.FromDays(1));
    }

    private static Task SpendAsync(RunBench bench, QueuedTask task, decimal usd) =>
        bench.Journal.AddSpendAsync(task.Id, task.Repository, new TokenUsage("model", 1, 1, 0, 0), usd, Token);
}
