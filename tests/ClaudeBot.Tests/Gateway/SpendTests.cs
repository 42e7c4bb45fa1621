using System.Net;
using ClaudeBot.Runs;
using Microsoft.AspNetCore.Http;

namespace ClaudeBot.Tests.Gateway;

public sealed class SpendTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_charged_by_its_own_counts()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync);
        using var answer = await lab.CallAsync(await lab.PassAsync());

        var charge = await lab.Journal.NextChargeAsync();
        charge.Task.ShouldBe(lab.Task);
        charge.Repository.ShouldBe(GatewayLab.Repository);
        charge.Usage.ShouldBe(new TokenUsage("claude-sonnet-4-5-20250929", 1000, 500, 10000, 2000));
        // 1000 × 3 + 2000 × 3.75 + 10000 × 0.3 + 500 × 15, by the million
        charge.Usd.ShouldBe(0.021m);
    }

    [Fact]
    public async Task A_plain_answer_is_charged_by_its_own_counts()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);
        using var answer = await lab.CallAsync(await lab.PassAsync());

        var charge = await lab.Journal.NextChargeAsync();
        charge.Usage.ShouldBe(new TokenUsage("claude-haiku-4-5", 100, 50, 0, 0));
        charge.Usd.ShouldBe(0.00035m);
    }

    [Fact]
    public async Task An_unknown_model_is_charged_at_the_dearest_price_and_said_once()
    {
        await using var lab = await GatewayLab.StartAsync(context => context.Response.WriteAsJsonAsync(
            new { type = "message", model = "claude-nova-9", usage = new { input_tokens = 1_000_000, output_tokens = 0 } }, context.RequestAborted));
        var pass = await lab.PassAsync(100m);
        (await lab.CallAsync(pass)).Dispose();
        (await lab.CallAsync(pass)).Dispose();

        (await lab.Journal.NextChargeAsync()).Usd.ShouldBe(15m);
        (await lab.Journal.NextChargeAsync()).Usd.ShouldBe(15m);
        lab.Logs.GetSnapshot().Where(l => l.Message.Contains("claude-nova-9")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_is_charged_for_what_came()
    {
        var aborted = new TaskCompletionSource();
        await using var lab = await GatewayLab.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(Answers.Start, context.RequestAborted);
            await aborted.Task;
        });
        using (var answer = await lab.CallAsync(await lab.PassAsync()))
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
            while ((await reader.ReadLineAsync(Cancellation))!.Contains("forty") is false)
                continue;
        }

        await aborted.Task.WaitAsync(Cancellation);
        (await lab.Journal.NextChargeAsync()).Usage.ShouldBe(new TokenUsage("claude-sonnet-4-5-20250929", 1000, 10, 10000, 2000));
    }

    [Fact]
    public async Task A_task_that_spent_its_budget_gets_no_further_call()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync);
        var pass = await lab.PassAsync(0.02m);
        using var first = await lab.CallAsync(pass);
        await first.Content.ReadAsStringAsync(Cancellation);
        await lab.Journal.NextChargeAsync();
        lab.Passes.WasOverBudget(lab.Task).ShouldBeFalse();

        using var answer = await lab.CallAsync(pass);

        answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("has spent 0.02 of its 0.02 USD");
        lab.Requests.Count.ShouldBe(1);
        lab.Passes.WasOverBudget(lab.Task).ShouldBeTrue();
        await lab.PassAsync(1m);
        lab.Passes.WasOverBudget(lab.Task).ShouldBeFalse();
    }
}
