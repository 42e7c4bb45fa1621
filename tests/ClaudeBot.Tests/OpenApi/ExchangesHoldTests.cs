using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.Requests;
using ClaudeBot.Tests.Playground.GitHub;

namespace ClaudeBot.Tests.OpenApi;

/// <summary>Walks every endpoint of the playground and holds each exchange against GitHub's description.</summary>
public sealed class ExchangesHoldTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_endpoint_answers_as_GitHub_describes_it()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await new EndpointWalk(playground, Cancelled).RunAsync();

        var faults = playground.Host.Requests.All.SelectMany(GitHubDescription.Validate).ToArray();
        faults.ShouldBeEmpty();
        var walked = playground.Host.Requests.All.Where(exchange => exchange.Status < 400).Select(exchange => $"{exchange.Method} {exchange.RouteTemplate}").Distinct();
        playground.Host.Endpoints.Except(walked).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_request_is_reported()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var wendy = playground.Client("wendy");
        (await wendy.GetAsync("repos/octo/shop/issues?sate=open&per_page=many", Cancelled)).Dispose();
        (await wendy.PostAsJsonAsync("repos/octo/shop/issues", new { body = "no title" }, Cancelled)).Dispose();
        (await wendy.PostAsJsonAsync("repos/octo/shop/nowhere", new { }, Cancelled)).Dispose();

        var faults = playground.Host.Requests.All.Select(exchange => string.Join('\n', GitHubDescription.Validate(exchange))).ToArray();
        faults[0].ShouldContain("'sate'");
        faults[0].ShouldContain("query per_page is String, not integer");
        faults[1].ShouldContain("request.title is missing");
        faults[2].ShouldContain("no such path");
    }

    [Fact]
    public async Task A_wrong_answer_is_reported()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, "repos/octo/shop/issues", new { title = "T" }, 201, Cancelled);
        var good = playground.Host.Requests.All.Single();
        GitHubDescription.Validate(good).ShouldBeEmpty();

        Report(good, json => json.Remove("node_id")).ShouldContain("answer.node_id is missing");
        Report(good, json => json["id"] = "7").ShouldContain("answer.id is String, not integer");
        Report(good, json => json["created_at"] = "yesterday").ShouldContain("answer.created_at is no time");
        Report(good, json => json["state_reason"] = "bored").ShouldContain("answer.state_reason is \"bored\"");
        Report(good, json => json["title"] = null).ShouldContain("answer.title is null");
        Report(good, json => json["user"]!.AsObject().Remove("login")).ShouldContain("login is missing");
        string.Join('\n', GitHubDescription.Validate(good with { Status = 299 })).ShouldContain("status 299 is not described");
    }

    private static string Report(RecordedExchange good, Action<JsonObject> spoil)
    {
        var json = JsonNode.Parse(good.ResponseBodyText)!.AsObject();
        spoil(json);
        return string.Join('\n', GitHubDescription.Validate(good with { ResponseBody = [.. System.Text.Encoding.UTF8.GetBytes(json.ToJsonString())] }));
    }
}
