using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Playground.GitHub;

public sealed class ApiAnswersTests
{
    private const string Issues = "repos/octo/shop/issues";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_known_body_is_304_until_it_changes_and_costs_nothing()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "T", null, [], Cancelled);
        using var wendy = playground.Client("wendy");
        using var first = await wendy.GetAsync(Issues, Cancelled);

        using var second = await GetAsync(wendy, Issues, first.Headers.ETag);
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await second.Content.ReadAsStringAsync(Cancelled)).ShouldBeEmpty();
        Remaining(second).ShouldBe(Remaining(first));

        using var rhea = playground.Client("rhea");
        using var others = await GetAsync(rhea, Issues, first.Headers.ETag);
        others.StatusCode.ShouldBe(HttpStatusCode.OK);

        await playground.Host.GitHub.LabelAsync(PlaygroundFixture.Shop, 1, "octo", "claude-bot", Cancelled);
        using var third = await GetAsync(wendy, Issues, first.Headers.ETag);
        third.StatusCode.ShouldBe(HttpStatusCode.OK);
        Remaining(third).ShouldBe(Remaining(first) - 1);
    }

    [Fact]
    public async Task The_rate_limit_runs_out_for_one_caller_and_comes_back_after_an_hour()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled, options => options with { RateLimit = 2, Time = time });
        using var wendy = playground.Client("wendy");
        (await wendy.GetAsync(Issues, Cancelled)).Dispose();
        (await wendy.GetAsync(Issues, Cancelled)).Dispose();
        using var third = await wendy.GetAsync(Issues, Cancelled);
        third.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        Remaining(third).ShouldBe(0);
        third.Headers.GetValues("x-ratelimit-reset").Single().ShouldBe(time.GetUtcNow().AddHours(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await wendy.GetJsonAsync("rate_limit", Cancelled))["rate"]!["remaining"]!.GetValue<int>().ShouldBe(0);

        using var rhea = playground.Client("rhea");
        await rhea.GetJsonAsync(Issues, Cancelled);
        time.Advance(TimeSpan.FromHours(1));
        await wendy.GetJsonAsync(Issues, Cancelled);
    }

    [Fact]
    public async Task Lists_come_in_pages_that_link_to_one_another()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        foreach (var number in Enumerable.Range(1, 5))
        {
            await playground.Host.GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", $"Issue {number}", null, ["claude-bot"], Cancelled);
        }

        using var wendy = playground.Client("wendy");
        var seen = new List<int>();
        for (var next = $"{Issues}?labels=claude-bot&per_page=2&direction=asc"; next is not null;)
        {
            using var response = await wendy.GetAsync(next, Cancelled);
            seen.AddRange((await response.JsonAsync(Cancelled)).AsArray().Select(issue => issue!["number"]!.GetValue<int>()));
            var links = response.Headers.TryGetValues("Link", out var values) ? values.Single().Split(", ") : [];
            next = links.FirstOrDefault(link => link.EndsWith("rel=\"next\"", StringComparison.Ordinal))?.Split('>')[0][1..];
            var end = next is null ? "rel=\"first\"" : "rel=\"last\"";
            links.ShouldContain(link => link.EndsWith(end, StringComparison.Ordinal));
        }

        seen.ShouldBe([1, 2, 3, 4, 5]);
    }

    [Theory]
    [InlineData("nobody", "repos/octo/shop", 401, "Bad credentials")]
    [InlineData("wendy", "repos/octo/none", 404, "Not Found")]
    [InlineData("wendy", "no/such/path", 404, "Not Found")]
    [InlineData("wendy", "repos/octo/shop/hooks", 404, "Not Found")]
    [InlineData("rhea", "repos/octo/shop/collaborators/wendy/permission", 403, "Resource not accessible by personal access token")]
    public async Task Refusals_have_the_form_of_GitHub(string login, string path, int status, string message)
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var client = playground.Client(login);
        using var response = await client.GetAsync(path, Cancelled);
        ((int)response.StatusCode).ShouldBe(status);
        var json = await response.JsonAsync(Cancelled);
        json["message"]!.GetValue<string>().ShouldBe(message);
        json["status"]!.GetValue<string>().ShouldBe(status.ToString(System.Globalization.CultureInfo.InvariantCulture));
        json["documentation_url"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Permissions_are_told_by_role_and_by_their_older_name()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        using var wendy = playground.Client("wendy");
        foreach (var (role, permission, name) in new[]
        {
            (ClaudeBot.Playground.GitHub.State.Permission.Triage, "read", "triage"), (ClaudeBot.Playground.GitHub.State.Permission.Maintain, "write", "maintain"),
            (ClaudeBot.Playground.GitHub.State.Permission.Admin, "admin", "admin"), (ClaudeBot.Playground.GitHub.State.Permission.None, "read", "read"),
        })
        {
            playground.Host.GitHub.SetPermission(PlaygroundFixture.Shop, "rhea", role);
            var json = await wendy.GetJsonAsync("repos/octo/shop/collaborators/rhea/permission", Cancelled);
            json["permission"]!.GetValue<string>().ShouldBe(permission);
            json["role_name"]!.GetValue<string>().ShouldBe(name);
            json["user"]!["id"]!.GetValue<long>().ShouldBe(playground.Host.GitHub.Account("rhea").Id);
        }
    }

    [Fact]
    public async Task A_request_can_be_waited_for_and_is_recorded_without_its_token()
    {
        await using var playground = await PlaygroundFixture.StartAsync(Cancelled);
        var waiting = playground.Host.Requests.NextAsync(exchange => exchange is { Method: "POST", RouteTemplate: "/repos/{owner}/{repo}/issues" }, Cancelled);
        using var wendy = playground.Client("wendy");
        await wendy.SendJsonAsync(HttpMethod.Post, Issues, new { title = "T" }, 201, Cancelled);
        var exchange = await waiting;
        exchange.Login.ShouldBe("wendy");
        exchange.Status.ShouldBe(201);
        exchange.BodyText.ShouldContain("\"title\"");
        exchange.Headers.Keys.ShouldNotContain("Authorization");
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(known.ShouldNotBeNull());
        return await client.SendAsync(request, Cancelled);
    }

    private static int Remaining(HttpResponseMessage response) =>
        int.Parse(response.Headers.GetValues("x-ratelimit-remaining").Single(), System.Globalization.CultureInfo.InvariantCulture);
}
