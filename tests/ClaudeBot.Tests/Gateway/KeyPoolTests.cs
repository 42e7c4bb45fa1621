using ClaudeBot.Agents;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Gateway;

/// <summary>Several keys: which one a call goes out with, and what a refusal of one of them means.</summary>
public sealed class KeyPoolTests
{
    private const string One = "sk-ant-the-pool-key-0001";
    private const string Two = "sk-ant-the-pool-key-0002";
    private const string Three = "sk-ant-the-pool-key-0003";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, "invalid x-api-key")]
    [InlineData(429, "slow down")]
    [InlineData(400, "Your credit balance is too low to access the Anthropic API.")]
    public async Task A_key_that_the_service_does_not_serve_is_followed_by_the_next_and_the_client_hears_nothing_of_it(int status, string message)
    {
        await using var lab = await StartAsync(One, Two);
        lab.Answer = Refusing(status, message, One);
        var pass = await lab.PassAsync();

        using var answer = await lab.CallAsync(pass, body: """{"model":"m"}""");

        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldBe(Answers.Message);
        answer.Headers.Contains("x-should-retry").ShouldBeFalse();
        Used(lab).ShouldBe([One, Two]);
        lab.Requests.ShouldAllBe(seen => seen.Body == """{"model":"m"}""");
        lab.Passes.RefusalOf(lab.Task).ShouldBeNull();
        (await lab.MayStartAsync()).ShouldBeTrue("a key is left");
        await CallAsync(lab, pass);
        Used(lab)[2].ShouldBe(Two);
    }

    [Fact]
    public async Task A_refused_key_is_out_until_its_text_changes()
    {
        await using var lab = await StartAsync(One, Two);
        lab.Answer = Refusing(401, "invalid x-api-key", One);
        await CallAsync(lab);
        lab.Time.Advance(TimeSpan.FromDays(1));
        await CallAsync(lab);
        lab.KeysNow = $"{Three},{Two}";
        await CallAsync(lab);

        Used(lab).ShouldBe([One, Two, Two, Three]);
        var line = lab.Logs.GetSnapshot().Where(entry => entry.Level == LogLevel.Error).ShouldHaveSingleItem().Message;
        line.ShouldContain("refused key 1 of 2 in ANTHROPIC_API_KEYS");
        line.ShouldNotContain(One);
    }

    [Fact]
    public async Task A_key_at_its_limit_rests_until_its_reset()
    {
        await using var lab = await StartAsync(One, Two);
        lab.Answer = Refusing(429, "slow down", One, headers => headers.RetryAfter = "60");
        await CallAsync(lab);
        lab.Answer = Answers.JsonAsync;
        lab.Time.Advance(TimeSpan.FromSeconds(59));
        await CallAsync(lab);
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await CallAsync(lab);

        Used(lab).ShouldBe([One, Two, Two, One]);
    }

    [Fact]
    public async Task Only_when_no_key_is_left_do_new_tasks_wait()
    {
        await using var lab = await StartAsync(One, Two);
        lab.Answer = Refusing(401, "invalid x-api-key", One, Two);
        var pass = await lab.PassAsync();

        using var answer = await lab.CallAsync(pass);

        ((int)answer.StatusCode).ShouldBe(401);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Auth);
        (await lab.MayStartAsync()).ShouldBeFalse();

        lab.KeysNow = $"{One}\n{Three}";
        (await lab.MayStartAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task While_the_only_good_key_rests_a_refused_one_is_no_verdict_on_the_task()
    {
        await using var lab = await StartAsync(One, Two);
        lab.Answer = Refusing(429, "slow down", One, headers => headers.RetryAfter = "60");
        await CallAsync(lab);
        lab.Answer = Refusing(401, "invalid x-api-key", Two);

        using var answer = await lab.CallAsync(await lab.PassAsync());

        ((int)answer.StatusCode).ShouldBe(429);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(60));
        lab.Passes.RefusalOf(lab.Task).ShouldBe(ModelRefusal.Rate);
        (await lab.MayStartAsync()).ShouldBeFalse();
        lab.Time.Advance(TimeSpan.FromSeconds(60));
        (await lab.MayStartAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_new_run_takes_the_key_with_the_most_head_room_and_keeps_it_while_it_has_some()
    {
        await using var lab = await StartAsync(One, Two);
        var left = new Dictionary<string, int> { [One] = 50, [Two] = 100 };
        lab.Answer = context =>
        {
            var key = context.Request.Headers["x-api-key"].ToString();
            context.Response.Headers["anthropic-ratelimit-tokens-limit"] = "100";
            context.Response.Headers["anthropic-ratelimit-tokens-remaining"] = $"{left[key]}";
            context.Response.Headers["anthropic-ratelimit-tokens-reset"] = lab.Time.GetUtcNow().AddMinutes(1).ToString("O");
            return Answers.JsonAsync(context);
        };
        var first = await lab.PassAsync();
        await CallAsync(lab, first);
        await CallAsync(lab, await lab.PassAsync());
        await CallAsync(lab, first);
        Used(lab).ShouldBe([One, Two, One], "the second run goes where more is left, the first stays where its prompt is cached");

        left[One] = 5;
        await CallAsync(lab, first);
        await CallAsync(lab, first);
        Used(lab)[3..].ShouldBe([One, Two]);
    }

    [Fact]
    public async Task Every_key_of_the_list_is_masked()
    {
        await using var lab = await StartAsync(One, Two);
        await CallAsync(lab);

        lab.Mask.Mask($"{One} and {Two}").ShouldBe("*** and ***");
    }

    private static async Task<GatewayLab> StartAsync(params string[] keys)
    {
        var lab = await GatewayLab.StartAsync(Answers.JsonAsync);
        lab.KeysNow = string.Join(", ", keys);
        return lab;
    }

    private static string[] Used(GatewayLab lab) => [.. lab.Requests.Select(seen => seen.Headers["x-api-key"])];

    private static async Task CallAsync(GatewayLab lab, GatewayPass? pass = null)
    {
        using var answer = await lab.CallAsync(pass ?? await lab.PassAsync());
        answer.IsSuccessStatusCode.ShouldBeTrue();
        await answer.Content.ReadAsStringAsync(Cancellation);
    }

    private static Func<HttpContext, Task> Refusing(int status, string message, params string[] keys) => Refusing(status, message, keys, null);

    private static Func<HttpContext, Task> Refusing(int status, string message, string key, Action<IHeaderDictionary> headers) => Refusing(status, message, [key], headers);

    private static Func<HttpContext, Task> Refusing(int status, string message, string[] keys, Action<IHeaderDictionary>? headers) => context =>
        keys.Contains(context.Request.Headers["x-api-key"].ToString()) ? Answers.Error(status, message, headers)(context) : Answers.JsonAsync(context);
}
