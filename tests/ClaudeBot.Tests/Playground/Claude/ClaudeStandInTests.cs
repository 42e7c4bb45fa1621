using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Playground.Sample;

namespace ClaudeBot.Tests.Playground.Claude;

public sealed class ClaudeStandInTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private ClaudeStandIn _claude = null!;

    public async ValueTask InitializeAsync()
    {
        _claude = await ClaudeStandIn.StartAsync(
            new ClaudeStandInOptions { ScriptFiles = [SampleRepository.Load().ScriptFile], RequiredKey = "right-key" }, null, TestContext.Current.CancellationToken);
        _http.BaseAddress = _claude.Address;
        _http.DefaultRequestHeaders.Add("x-api-key", "right-key");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _claude.DisposeAsync();
    }

    [Fact]
    public async Task The_answers_since_the_prompt_choose_the_turn()
    {
        var first = await AskAsync(stream: false, "Issue #1: Greeting a blank name");
        var call = first["content"]![1]!;
        call["name"]!.ToString().ShouldBe("Bash");
        first["stop_reason"]!.ToString().ShouldBe("tool_use");

        var second = await AskAsync(stream: false, "Issue #1: Greeting a blank name", (call, "two fail", false));
        second["content"]![1]!["name"]!.ToString().ShouldBe("Read");
        second["content"]![1]!["input"]!["file_path"]!.ToString().ShouldBe("/work/tree/src/greeter.js");
        second["usage"]!["input_tokens"]!.GetValue<int>().ShouldBeGreaterThan(first["usage"]!["input_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_failed_tool_ends_the_conversation_unless_the_turn_may_fail()
    {
        var call = (await AskAsync(stream: false, "Issue #1: Greeting a blank name"))["content"]![1]!;

        var answer = await AskAsync(stream: false, "Issue #1: Greeting a blank name", (call, "npm is missing", true));

        answer["stop_reason"]!.ToString().ShouldBe("end_turn");
        answer["content"]![0]!["text"]!.ToString().ShouldContain("npm is missing");
    }

    [Fact]
    public async Task A_stream_puts_the_same_answer_together()
    {
        var events = await (await PostAsync(stream: true, "Issue #5: anything")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        var data = events.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line[6..])!).ToList();
        data.Select(entry => entry["type"]!.ToString()).Distinct().ShouldBe(
            ["message_start", "ping", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"]);
        var input = string.Concat(data.Select(entry => entry["delta"]?["partial_json"]?.ToString()));
        JsonNode.Parse(input)!["command"]!.ToString().ShouldContain("docs/issue-notes");
    }

    [Theory]
    [InlineData(FaultKind.RateLimited, 429, "rate_limit_error")]
    [InlineData(FaultKind.Overloaded, 529, "overloaded_error")]
    [InlineData(FaultKind.ServerError, 500, "api_error")]
    public async Task A_fault_spoils_one_request_in_the_form_of_the_api(FaultKind kind, int status, string type)
    {
        _claude.Faults.Add(new Fault { Kind = kind, RetryAfter = 7 });

        var spoiled = await PostAsync(stream: true, "anything");

        ((int)spoiled.StatusCode).ShouldBe(status);
        spoiled.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        (await spoiled.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["error"]!["type"]!.ToString().ShouldBe(type);
        (await PostAsync(stream: true, "anything")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stalled_answer_goes_on_when_it_is_released_as_soon_as_its_request_is_seen()
    {
        for (var round = 0; round < 50; round++)
        {
            _claude.Faults.Add(new Fault { Kind = FaultKind.Stall });
            var seen = _claude.Requests.NextAsync(TestContext.Current.CancellationToken);
            var answer = PostAsync(stream: true, "anything");
            await seen;

            _claude.Faults.Release();

            (await (await answer).Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("message_stop");
        }
    }

    [Fact]
    public async Task A_wrong_key_is_refused_and_never_kept()
    {
        _http.DefaultRequestHeaders.Remove("x-api-key");
        _http.DefaultRequestHeaders.Add("x-api-key", "wrong-key");

        (await PostAsync(stream: false, "anything")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var seen = _claude.Requests.All.ShouldHaveSingleItem();
        seen.ToString().ShouldNotContain("wrong-key");
        seen.CredentialSha256!.Length.ShouldBe(64);
    }

    [Fact]
    public async Task A_request_without_tools_is_a_side_request_and_says_that_it_is_scripted()
    {
        var response = await _http.PostAsJsonAsync(
            "v1/messages", new { model = "m", max_tokens = 9, messages = new[] { new { role = "user", content = "hello" } } }, TestContext.Current.CancellationToken);

        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("No model was asked");
        _claude.Requests.All[^1].Scenario.ShouldBe("side");
        (await _http.GetStringAsync("", TestContext.Current.CancellationToken)).ShouldContain("not a model");
    }

    private async Task<JsonNode> AskAsync(bool stream, string prompt, params (JsonNode Call, string Result, bool IsError)[] done) =>
        (await (await PostAsync(stream, prompt, done)).Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;

    private Task<HttpResponseMessage> PostAsync(bool stream, string prompt, params (JsonNode Call, string Result, bool IsError)[] done)
    {
        var messages = new JsonArray { new JsonObject { ["role"] = "user", ["content"] = prompt } };
        foreach (var (call, result, isError) in done)
        {
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(call.DeepClone()) });
            messages.Add(new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(new JsonObject
                {
                    ["type"] = "tool_result",
                    ["tool_use_id"] = call["id"]!.ToString(),
                    ["content"] = result,
                    ["is_error"] = isError,
                }),
            });
        }
        return _http.PostAsJsonAsync("v1/messages", new JsonObject
        {
            ["model"] = "claude-opus-5-5",
            ["max_tokens"] = 1000,
            ["stream"] = stream,
            ["system"] = "Primary working directory: /work/tree",
            ["tools"] = new JsonArray(
                new JsonObject { ["name"] = "Bash" }, new JsonObject { ["name"] = "Read" },
                new JsonObject { ["name"] = "Edit" }, new JsonObject { ["name"] = "Write" }),
            ["messages"] = messages,
        }, TestContext.Current.CancellationToken);
    }
}
