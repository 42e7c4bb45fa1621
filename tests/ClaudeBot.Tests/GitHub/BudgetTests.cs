using System.Globalization;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.GitHub;

/// <summary>What the client knows of GitHub's limits before they are reached, and the pace it keeps because of them.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private static readonly IssueReference Issue12 = new(RepositoryName.Parse("acme/shop"), 12);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private ScriptedGitHub _github = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _github = await ScriptedGitHub.StartAsync();

    public ValueTask DisposeAsync() => _github.DisposeAsync();

    [Fact]
    public async Task The_last_word_on_each_resource_is_kept()
    {
        using var client = Client();
        client.Budget.Resources.ShouldBeEmpty();
        await LearnAsync(client, remaining: 4000);
        await LearnAsync(client, remaining: 3999);
        await LearnAsync(client, remaining: 25, resource: "search", limit: 30);

        client.Budget.Resources.OrderBy(resource => resource.Resource).ShouldBe(
            [new("core", 5000, 3999, _time.GetUtcNow().AddMinutes(30)), new("search", 30, 25, _time.GetUtcNow().AddMinutes(30))]);
    }

    [Fact]
    public async Task Under_a_tenth_the_budget_is_low_until_its_reset()
    {
        using var client = Client();
        await LearnAsync(client, remaining: 500);
        client.Budget.LowUntil.ShouldBeNull();
        await LearnAsync(client, remaining: 499);
        client.Budget.LowUntil.ShouldBe(_time.GetUtcNow().AddMinutes(30));

        _time.Advance(TimeSpan.FromMinutes(30));
        client.Budget.LowUntil.ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_was_overtaken_does_not_raise_what_is_left()
    {
        using var client = Client();
        await LearnAsync(client, remaining: 400);
        await LearnAsync(client, remaining: 4000);

        client.Budget.LowUntil.ShouldNotBeNull();
    }

    [Fact]
    public async Task Content_waits_within_a_minute_and_labels_do_not()
    {
        using var client = Client(options => options with { ContentPerMinute = 2 });
        Writes();
        await client.CreateCommentAsync(Issue12, "1", Token);
        await client.CreateCommentAsync(Issue12, "2", Token);
        await client.AddLabelsAsync(Issue12, ["bot:queued"], Token);
        var third = client.CreateCommentAsync(Issue12, "3", Token);
        third.IsCompleted.ShouldBeFalse();
        _github.Seen.Count.ShouldBe(3);

        _time.Advance(TimeSpan.FromMinutes(1));
        await third;
        _github.Seen.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Content_beyond_the_hours_limit_is_a_rate_limit_with_its_end_and_is_not_sent()
    {
        using var client = Client(options => options with { ContentPerHour = 2 });
        Writes();
        await client.CreateCommentAsync(Issue12, "1", Token);
        client.Budget.HasRoomForProgress.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(10));
        await client.EditCommentAsync(Issue12.Repository, 1, "2", Token);

        var fault = await Should.ThrowAsync<GitHubException>(() => client.CreateCommentAsync(Issue12, "3", Token));

        fault.Kind.ShouldBe(GitHubFaultKind.RateLimited);
        fault.RetryAt.ShouldBe(_time.GetUtcNow().AddMinutes(50));
        _github.Seen.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromMinutes(50));
        await client.CreateCommentAsync(Issue12, "3", Token);
    }

    [Fact]
    public async Task A_write_that_a_penalty_kept_back_uses_up_no_content()
    {
        using var client = Client(options => options with { ContentPerHour = 2 });
        _github.Answer = (_, http) =>
        {
            http.Response.Headers.RetryAfter = "30";
            return ScriptedGitHub.JsonAsync(http, 429, """{"message":"rate limit"}""");
        };
        for (var tries = 0; tries < 5; tries++)
            await Should.ThrowAsync<GitHubException>(() => client.CreateCommentAsync(Issue12, "x", Token));

        client.Budget.HasRoomForProgress.ShouldBeTrue();
        _github.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task At_most_ten_requests_are_under_way_at_once()
    {
        using var client = Client();
        var (now, most) = (0, 0);
        var tenth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _github.Answer = async (_, http) =>
        {
            var here = Interlocked.Increment(ref now);
            most = Math.Max(most, here);
            if (here == 10)
                tenth.TrySetResult();
            await goOn.Task;
            Interlocked.Decrement(ref now);
            await ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));
        };

        var calls = Enumerable.Range(0, 25).Select(_ => client.GetIssueAsync(Issue12, Token)).ToList();
        await tenth.Task;
        goOn.SetResult();
        await Task.WhenAll(calls);

        most.ShouldBe(10);
        _github.Seen.Count.ShouldBe(25);
    }

    [Fact]
    public void Only_the_public_github_has_limits_on_content_and_the_space_between_writes_by_default()
    {
        var token = new ClaudeBot.Secrets.SecretSource("GITHUB_TOKEN", () => null, new());
        var own = new GitHubOptions { Token = token, ApiUrl = new Uri("https://ghe.example.org/api/v3") };
        var open = new GitHubOptions { Token = token };

        (open.ContentPerMinute, open.ContentPerHour, open.WriteSpacing).ShouldBe((80, 500, TimeSpan.FromSeconds(1)));
        (own.ContentPerMinute, own.ContentPerHour, own.WriteSpacing).ShouldBe((null, null, TimeSpan.Zero));
        (open with { ContentPerHour = null }).ContentPerHour.ShouldBeNull();
    }

    private GitHubClient Client(Func<GitHubOptions, GitHubOptions>? adjust = null) => _github.Client(_time, () => "token-of-the-tests", adjust);

    private async Task LearnAsync(GitHubClient client, int remaining, string resource = "core", int limit = 5000)
    {
        var reset = new DateTimeOffset(2026, 5, 1, 12, 30, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        _github.Answer = (_, http) =>
        {
            http.Response.Headers["x-ratelimit-limit"] = limit.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers["x-ratelimit-remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers["x-ratelimit-reset"] = reset.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers["x-ratelimit-resource"] = resource;
            return ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));
        };
        await client.GetIssueAsync(Issue12, Token);
    }

    private void Writes() => _github.Answer = (request, http) => request.PathAndQuery.EndsWith("/labels", StringComparison.Ordinal)
        ? ScriptedGitHub.JsonAsync(http, 200, "[]")
        : ScriptedGitHub.JsonAsync(http, 201, GitHubJson.Comment(1, "x", null));
}
