using System.Text;
using ClaudeBot.Gateway;

namespace ClaudeBot.Tests.Gateway;

/// <summary>What the gateway refuses by the content of a call: models and tools of the service that are not allowed.</summary>
public sealed class RequestPolicyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("claude-opus-5-5", true)]
    [InlineData("claude-opus-5-5-20260101", true)]
    [InlineData("claude-opus-5", false)]
    [InlineData("claude-opus-5-5-mini", false)]
    [InlineData("claude-haiku-9", true)]
    [InlineData("claude-sonnet-5-5", false)]
    [InlineData("claude-sonnet-5-5-20260202", true)]
    [InlineData("claude-sonnet-5-5-20260303", false)]
    public async Task Only_allowed_models_are_asked(string model, bool passes)
    {
        await using var lab = await GatewayLab.StartAsync(
            Answers.JsonAsync, options => options with { AllowedModels = ["claude-opus-5-5", "claude-haiku-*", "claude-sonnet-5-5-20260202"] });

        await ExpectAsync(lab, $$"""{"model":"{{model}}"}""", passes, "ALLOWED_MODELS");
    }

    [Theory]
    [InlineData("""{"tools":[{"name":"bash","input_schema":{}}]}""", true)]
    [InlineData("""{"tools":[{"type":"custom","name":"web_search"},{"type":"text_editor_20250728"},{"type":"bash_20250124"}]}""", true)]
    [InlineData("""{"tools":[{"type":"web_search_20250305","name":"web_search"}]}""", false)]
    [InlineData("""{"tools":[{"type":"web_fetch_20250910","name":"web_fetch"}]}""", false)]
    [InlineData("""{"tools":[{"type":"code_execution_20250825","name":"code_execution"}]}""", false)]
    [InlineData("""{"tools":[{"type":"oracle_20300101","name":"bash"}]}""", false)]
    [InlineData("""{"mcp_servers":[{"type":"url","url":"https://example.org"}]}""", false)]
    [InlineData("""{"container":"c1"}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://example.org/?secret"}}]}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"url","url":"https://example.org/?secret"}}]}]}]}""", false)]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}""", true)]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"type":"tool_use","input":{"source":{"type":"url","url":"x"}}}]}]}""", true)]
    public async Task What_the_service_would_do_on_the_internet_is_refused(string body, bool passes)
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);

        await ExpectAsync(lab, body, passes, "ALLOWED_SERVER_TOOLS");
    }

    [Fact]
    public void A_picture_is_reckoned_by_what_it_can_cost_and_not_by_its_bytes()
    {
        const string block = """{"type":"image","source":{"type":"base64","media_type":"image/png","data":"DATA"}}""";
        var picture = block.Replace("DATA", new string('A', 4_000_000), StringComparison.Ordinal);
        var body = $$$"""{"model":"claude-opus-5-5","max_tokens":16000,"messages":[{"role":"user","content":[{{{picture}}},{"type":"tool_result","content":[{{{picture}}}]}]}]}""";

        var asked = ModelRequest.Read(Encoding.UTF8.GetBytes(body)).ShouldNotBeNull();
        var text = ModelRequest.Read(Encoding.UTF8.GetBytes(body.Replace("image\"", "text\"", StringComparison.Ordinal))).ShouldNotBeNull();

        asked.Bytes.ShouldBeInRange(20_000, 20_500);
        text.Bytes.ShouldBeGreaterThan(8_000_000);
        asked.MostUsd.ShouldBeLessThan(1m);
    }

    [Fact]
    public async Task A_tool_of_the_service_passes_where_the_operator_allows_it_and_no_other()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync, options => options with { AllowedServerTools = ["web_search"] });

        await ExpectAsync(lab, """{"tools":[{"type":"web_search_20250305"},{"type":"web_fetch_20250910"}]}""", passes: false, "'web_fetch'");
        await ExpectAsync(lab, """{"tools":[{"type":"web_search_20250305"}]}""", passes: true, "");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"tools":[],"tools":[{"type":"web_search_20250305"}]}""")]
    public async Task A_body_that_two_readers_may_read_differently_is_refused(string body)
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);

        using var answer = await lab.CallAsync(await lab.PassAsync(), body: body);

        ((int)answer.StatusCode).ShouldBe(400);
        lab.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Counting_tokens_is_no_way_round()
    {
        await using var lab = await GatewayLab.StartAsync(Answers.JsonAsync);

        using var answer = await lab.CallAsync(await lab.PassAsync(), path: "/v1/messages/count_tokens", body: """{"mcp_servers":[{}]}""");

        ((int)answer.StatusCode).ShouldBe(403);
        lab.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_answer_without_an_end_breaks_off_at_the_limit_and_is_charged()
    {
        await using var lab = await GatewayLab.StartAsync(
            async context =>
            {
                await Answers.StreamAsync(context);
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.Body.WriteAsync(new byte[10_000], context.RequestAborted);
            },
            options => options with { MaxResponseBytes = 100_000 });

        using var answer = await lab.CallAsync(await lab.PassAsync());
        await Should.ThrowAsync<Exception>(() => answer.Content.CopyToAsync(Stream.Null, Cancellation));

        (await lab.Journal.NextChargeAsync()).Usage.Output.ShouldBe(500);
    }

    private static async Task ExpectAsync(GatewayLab lab, string body, bool passes, string said)
    {
        var before = lab.Requests.Count;
        using var answer = await lab.CallAsync(await lab.PassAsync(), body: body);

        ((int)answer.StatusCode).ShouldBe(passes ? 200 : 403);
        lab.Requests.Count.ShouldBe(before + (passes ? 1 : 0));
        if (passes)
            return;
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain(said);
    }
}
