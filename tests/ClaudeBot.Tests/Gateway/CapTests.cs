using System.Net;
using ClaudeBot.Agents;
using Microsoft.AspNetCore.Http;

namespace ClaudeBot.Tests.Gateway;

/// <summary>The caps for a task, for a repository and day, and for a day, with calls under way at the same time.</summary>
public sealed class CapTests
{
    // By the prices of claude-haiku-4-5: at worst 0.05 USD for 10,000 tokens of answer and next to nothing for the input.
    private const string Call = """{"model":"claude-haiku-4-5","max_tokens":10000,"messages":[]}""";
    private static readonly RepositoryName Other = RepositoryName.Parse("acme/warehouse");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 1, 0.1, "the bot has spent 0.10 of its 0.10 USD today")]
    [InlineData(null, 0.1, 1, "acme/shop has spent 0.10 of its 0.10 USD today")]
    [InlineData(0.1, 1, 1, "the task has spent 0.10 of its 0.10 USD")]
    public async Task A_cap_that_is_reached_refuses_the_next_call_and_says_which(double? task, double repository, double day, string said)
    {
        await using var lab = await GatewayLab.StartAsync(Spending(0.1m), caps: Caps((decimal)repository, (decimal)day));
        var pass = await lab.PassAsync(task is { } budget ? (decimal)budget : null);
        await ReadAsync(await lab.CallAsync(pass, body: Call));

        using var answer = await lab.CallAsync(pass, body: Call);

        answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain(said);
        lab.Passes.RefusalOf(lab.Task).ShouldBe(task is null ? ModelRefusal.DayBudget : ModelRefusal.Budget);
        lab.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_cap_of_a_repository_leaves_the_others_alone_and_a_new_day_by_utc_frees_it()
    {
        await using var lab = await GatewayLab.StartAsync(Spending(0.1m), caps: Caps(0.1m, 10));
        lab.Time.SetUtcNow(new DateTimeOffset(2026, 3, 1, 23, 59, 0, TimeSpan.Zero));
        var (pass, other) = (await lab.PassAsync(), await lab.Passes.IssueAsync(Task(1), Other, null, Cancellation));
        await ReadAsync(await lab.CallAsync(pass, body: Call));

        (await StatusAsync(lab.CallAsync(pass, body: Call))).ShouldBe(402);
        (await StatusAsync(lab.CallAsync(other, body: Call))).ShouldBe(200);

        lab.Time.Advance(TimeSpan.FromMinutes(1));
        (await StatusAsync(lab.CallAsync(pass, body: Call))).ShouldBe(200);
    }

    [Fact]
    public async Task Calls_at_the_same_time_share_what_is_left_and_the_last_waits_until_one_has_settled()
    {
        var (arrived, go) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        await using var lab = await GatewayLab.StartAsync(
            async context =>
            {
                arrived.Release();
                await go.WaitAsync(context.RequestAborted);
                await Spending(0.01m)(context);
            },
            caps: Caps(10, 0.12m));
        var calls = new List<Task<HttpResponseMessage>>();
        for (var task = 0; task < 3; task++)
            calls.Add(lab.CallAsync(await lab.Passes.IssueAsync(Task(task), Other, null, Cancellation), body: Call));

        await arrived.WaitAsync(Cancellation);
        await arrived.WaitAsync(Cancellation);
        lab.Requests.Count.ShouldBe(2, "two may cost 0.10 of the 0.12; a third might pass the cap with them");

        go.Release();
        await arrived.WaitAsync(Cancellation);
        go.Release(2);
        foreach (var call in calls)
            (await StatusAsync(call)).ShouldBe(200);
    }

    [Fact]
    public async Task A_call_that_found_no_room_in_time_is_told_to_come_back()
    {
        var go = new TaskCompletionSource();
        await using var lab = await GatewayLab.StartAsync(
            async context =>
            {
                await go.Task;
                await Spending(0.01m)(context);
            },
            options => options with { LongestWaitForRoom = TimeSpan.Zero },
            Caps(10, 0.04m));
        var first = lab.CallAsync(await lab.PassAsync(), body: Call);
        while (lab.Requests.IsEmpty)
            await System.Threading.Tasks.Task.Yield();

        using var second = await lab.CallAsync(await lab.Passes.IssueAsync(Task(1), Other, null, Cancellation), body: Call);

        ((int)second.StatusCode).ShouldBe(429);
        second.Headers.RetryAfter.ShouldNotBeNull();
        second.Headers.Contains("x-should-retry").ShouldBeFalse();
        go.SetResult();
        (await StatusAsync(first)).ShouldBe(200);
    }

    [Fact]
    public async Task A_call_without_an_answer_gives_its_room_back()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(529, "Overloaded"), caps: Caps(10, 0.06m));
        var pass = await lab.PassAsync();
        for (var call = 0; call < 3; call++)
            (await StatusAsync(lab.CallAsync(pass, body: Call))).ShouldBe(529);

        lab.Answer = Spending(0.01m);
        (await StatusAsync(lab.CallAsync(pass, body: Call))).ShouldBe(200);
    }

    [Fact]
    public async Task What_the_ledger_could_not_take_counts_all_the_same()
    {
        await using var lab = await GatewayLab.StartAsync(Spending(0.1m), caps: Caps(10, 0.1m));
        lab.Journal.IsAway = true;
        var pass = await lab.PassAsync();
        await ReadAsync(await lab.CallAsync(pass, body: Call));

        (await StatusAsync(lab.CallAsync(pass, body: Call))).ShouldBe(402);
    }

    private static AgentOptions Caps(decimal repository, decimal day) => new() { BudgetUsdPerRepositoryPerDay = repository, BudgetUsdPerDay = day };

    private static TaskId Task(int number) => TaskId.New(new IssueReference(Other, number + 1));

    private static async Task ReadAsync(HttpResponseMessage answer)
    {
        using (answer)
            await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private static async Task<int> StatusAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        return (int)answer.StatusCode;
    }

    /// <summary>An answer of claude-haiku-4-5, 5 USD for a million tokens.</summary>
    private static Func<HttpContext, Task> Spending(decimal usd) => context => context.Response.WriteAsJsonAsync(
        new { type = "message", model = "claude-haiku-4-5", usage = new { input_tokens = 0, output_tokens = (long)(usd / 5 * 1_000_000) } }, context.RequestAborted);
}
