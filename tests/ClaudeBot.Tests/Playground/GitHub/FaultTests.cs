using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Playground.Faults;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Playground.GitHub;

public sealed class FaultTests
{
    private const string Comments = "repos/octo/shop/issues/1/comments";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FaultKind.ApplyThenDrop, 0, 1)]
    [InlineData(FaultKind.Reset, 0, 0)]
    [InlineData(FaultKind.ApplyThenBadGateway, 502, 1)]
    [InlineData(FaultKind.TooManyRequests, 429, 0)]
    [InlineData(FaultKind.SecondaryRateLimit, 403, 0)]
    [InlineData(FaultKind.ServerError, 503, 0)]
    public async Task A_fault_meets_one_request_and_the_next_is_well(FaultKind kind, int status, int applied)
    {
        await using var playground = await StartAsync();
        using var wendy = playground.Client("wendy");
        playground.Host.Faults.Add(new Fault(kind, "POST", "/comments$") { Status = 503, RetryAfterSeconds = 7 });
        if (status == 0)
        {
            await Should.ThrowAsync<HttpRequestException>(() => wendy.PostAsJsonAsync(Comments, new { body = "A" }, Cancelled));
        }
        else
        {
            using var response = await wendy.PostAsJsonAsync(Comments, new { body = "A" }, Cancelled);
            ((int)response.StatusCode).ShouldBe(status);
            response.Headers.RetryAfter?.Delta.ShouldBe(TimeSpan.FromSeconds(7));
            (response.Headers.RetryAfter is not null).ShouldBe(kind is FaultKind.TooManyRequests or FaultKind.SecondaryRateLimit);
        }

        playground.Repository.Comments.Count.ShouldBe(applied);
        await playground.Host.Requests.FirstAsync(exchange => exchange.Fault == kind.ToString(), Cancelled);
        await wendy.SendJsonAsync(HttpMethod.Post, Comments, new { body = "B" }, 201, Cancelled);
        playground.Repository.Comments.Count.ShouldBe(applied + 1);
    }

    [Fact]
    public async Task A_slow_request_waits_for_the_clock()
    {
        var time = new FakeTimeProvider();
        await using var playground = await StartAsync(time);
        using var wendy = playground.Client("wendy");
        playground.Host.Faults.Add(new Fault(FaultKind.Slow, "GET", "/issues/1$") { Delay = TimeSpan.FromMinutes(1) });
        var slow = wendy.GetAsync("repos/octo/shop/issues/1", Cancelled);
        await playground.Host.Faults.WhenTakenAsync(Cancelled);
        slow.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(1));
        using var response = await slow;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Git_meets_faults_too()
    {
        await using var playground = await StartAsync();
        playground.Host.Faults.Add(new Fault(FaultKind.ApplyThenDrop, "POST", "/git-receive-pack$"));
        (await Record.ExceptionAsync(() => playground.PushBranchAsync("topic", "new.txt", "x", Cancelled))).ShouldNotBeNull("git was told that the push failed");
        playground.Repository.Branch("topic").ShouldNotBeNull();
    }

    [Fact]
    public async Task Faults_are_added_and_requests_read_over_HTTP()
    {
        await using var playground = await StartAsync();
        using var wendy = playground.Client("wendy");
        var control = new Uri(playground.Host.ServerUrl, "_playground/faults");
        using var added = await wendy.PostAsJsonAsync(control, new { kind = "ServerError", path = "/user$", status = 500, count = 2 }, Cancelled);
        added.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        using var refused = await wendy.PostAsJsonAsync(control, new { kind = "ServerError", path = "(" }, Cancelled);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        using var failed = await wendy.GetAsync("user", Cancelled);
        failed.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await wendy.GetFromJsonAsync<JsonNode>(control, Cancelled))![0]!["count"]!.GetValue<int>().ShouldBe(1);
        (await wendy.DeleteAsync(control, Cancelled)).Dispose();
        await wendy.GetJsonAsync("user", Cancelled);
        var log = await wendy.GetFromJsonAsync<JsonNode>(new Uri(playground.Host.ServerUrl, "_playground/requests"), Cancelled);
        log!.AsArray().Select(entry => (entry!["route"]!.GetValue<string>(), entry["status"]!.GetValue<int>())).ShouldBe([("/user", 500), ("/user", 200)]);
    }

    private static async Task<PlaygroundFixture> StartAsync(TimeProvider? time = null)
    {
        var playground = await PlaygroundFixture.StartAsync(Cancelled, options => options with { Time = time ?? TimeProvider.System });
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "First", null, [], Cancelled);
        return playground;
    }
}
