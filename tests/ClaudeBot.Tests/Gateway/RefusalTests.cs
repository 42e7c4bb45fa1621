using ClaudeBot.Agents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Gateway;

/// <summary>What a refusal of the model's service means for the task, for its client and for the tasks to come.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "invalid x-api-key", ModelRefusal.Auth, false)]
    [InlineData(403, "Your API key does not have permission to use the specified resource.", ModelRefusal.Auth, false)]
    [InlineData(429, "error_code: enforced_spend_limit_reached", ModelRefusal.Spend, false)]
    [InlineData(402, "billing", ModelRefusal.Spend, false)]
    [InlineData(400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.", ModelRefusal.Spend, false)]
    [InlineData(400, "You have reached your specified API usage limits. You will regain access later.", ModelRefusal.Spend, false)]
    [InlineData(400, "messages.0: \"Your credit balance is too low to access the Anthropic API\" is no role", null, true)]
    [InlineData(400, "max_tokens: required", null, true)]
    [InlineData(404, "model: claude-nova-9", ModelRefusal.Config, true)]
    [InlineData(529, "Overloaded", ModelRefusal.Transient, true)]
    [InlineData(503, "upstream connect error", ModelRefusal.Transient, true)]
    public async Task A_refusal_has_its_class_and_only_what_may_help_is_worth_another_call(int status, string message, ModelRefusal? refusal, bool mayRetry)
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(status, message));

        using var answer = await lab.CallAsync(await lab.PassAsync());

        ((int)answer.StatusCode).ShouldBe(status);
        lab.Passes.RefusalOf(lab.Task).ShouldBe(refusal);
        answer.Headers.Contains("x-should-retry").ShouldBe(!mayRetry);
        (await lab.MayStartAsync()).ShouldBe(mayRetry, "of these only a refused key and an empty account stop new tasks at once");
    }

    [Fact]
    public async Task The_next_answer_takes_the_refusal_back()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(529, "Overloaded"));
        var pass = await lab.PassAsync();
        (await lab.CallAsync(pass)).Dispose();
        lab.Answer = Answers.StreamAsync;

        using var answer = await lab.CallAsync(pass);
        await answer.Content.ReadAsStringAsync(Cancellation);

        lab.Passes.RefusalOf(lab.Task).ShouldBeNull();
    }

    [Fact]
    public async Task A_limit_with_a_time_holds_new_tasks_back_for_that_time()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(429, "slow down", headers => headers.RetryAfter = "40"));

        (await lab.CallAsync(await lab.PassAsync())).Dispose();

        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Rate);
        (await lab.MayStartAsync()).ShouldBeFalse();
        lab.Time.Advance(TimeSpan.FromSeconds(40));
        (await lab.MayStartAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Streams_that_break_off_in_the_middle_hold_new_tasks_back_and_a_whole_one_lets_them_start()
    {
        await using var lab = await GatewayLab.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(
                Answers.Start + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", context.RequestAborted);
        });
        var pass = await lab.PassAsync();
        for (var call = 0; call < 5; call++)
            await ReadAsync(lab, pass);

        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Transient);
        (await lab.MayStartAsync()).ShouldBeFalse();

        // The gateway tells the circuit when it has sent everything, which may be after the client has read it.
        lab.Answer = Answers.StreamAsync;
        await ReadAsync(lab, pass);
        while (!await lab.MayStartAsync())
            await Task.Yield();
    }

    [Fact]
    public async Task A_service_that_is_away_holds_new_tasks_back_after_some_calls()
    {
        await using var lab = await GatewayLab.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var pass = await lab.PassAsync();
        for (var call = 0; call < 5; call++)
            (await lab.CallAsync(pass)).Dispose();

        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Transient);
        (await lab.MayStartAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refused_key_is_one_error_line_however_many_calls_meet_it_and_a_new_key_is_used_at_once()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.Error(401, "invalid x-api-key"));
        var pass = await lab.PassAsync();
        for (var call = 0; call < 3; call++)
            (await lab.CallAsync(pass)).Dispose();

        lab.Logs.GetSnapshot().Where(line => line.Level == LogLevel.Error).ShouldHaveSingleItem().Message.ShouldStartWith("auth:");
        (await lab.MayStartAsync()).ShouldBeFalse();
        lab.KeyNow = "sk-ant-the-real-key-0002";
        (await lab.MayStartAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_key_no_task_starts_and_one_line_says_so()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.StreamAsync);
        lab.KeyNow = null;
        var pass = await lab.PassAsync();
        for (var call = 0; call < 3; call++)
            (await lab.CallAsync(pass)).Dispose();

        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Auth);
        (await lab.MayStartAsync()).ShouldBeFalse();
        lab.Logs.GetSnapshot().Where(line => line.Level == LogLevel.Error).ShouldHaveSingleItem().Message.ShouldContain("ANTHROPIC_API_KEY is not set");
    }

    private static async Task ReadAsync(GatewayLab lab, GatewayPass pass)
    {
        using var answer = await lab.CallAsync(pass);
        await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
