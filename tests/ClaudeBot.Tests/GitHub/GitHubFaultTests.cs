using System.Globalization;
using ClaudeBot.GitHub;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.GitHub;

/// <summary>What the client does when GitHub says no, says it later, or says nothing.</summary>
public sealed class GitHubFaultTests : IAsyncLifetime
{
    private const string Secret = "ghp_0123456789abcdefghij";
    private static readonly RepositoryName Shop = RepositoryName.Parse("acme/shop");
    private static readonly IssueReference Issue12 = new(Shop, 12);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private ScriptedGitHub _github = null!;
    private GitHubClient _client = null!;
    private string? _token = Secret;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _github = await ScriptedGitHub.StartAsync();
        _client = _github.Client(_time, () => _token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _github.DisposeAsync();
    }

    [Fact]
    public async Task Without_leave_no_write_goes_out_and_reads_pass()
    {
        var mayWrite = false;
        WriteLeave.AskBeforeEachWrite(() => mayWrite);
        _github.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));

        var refused = await Should.ThrowAsync<GitHubException>(_client.CreateCommentAsync(Issue12, "stale", Token));
        await _client.GetIssueAsync(Issue12, Token);

        refused.Kind.ShouldBe(GitHubFaultKind.Transient);
        _github.Seen.ShouldHaveSingleItem().Method.ShouldBe("GET");

        mayWrite = true;
        await _client.RemoveLabelAsync(Issue12, "bot:queued", Token);
        _github.Seen[^1].Method.ShouldBe("DELETE");
    }

    [Fact]
    public async Task An_unchanged_list_costs_only_304_answers()
    {
        _github.Answer = (request, http) =>
        {
            if (!request.PathAndQuery.EndsWith("&page=2", StringComparison.Ordinal))
                http.Response.Headers.Link = $"<{_github.Address}{request.PathAndQuery}&page=2>; rel=\"next\"";
            return ScriptedGitHub.WithETagAsync(request, http, "W/\"v1\"", $"[{GitHubJson.Issue(1, "t", "b", ["claude-bot"])}]");
        };

        var first = await _client.ListOpenIssuesAsync(Shop, "claude-bot", Token);
        var second = await _client.ListOpenIssuesAsync(Shop, "claude-bot", Token);

        first.Changed.ShouldBeTrue();
        second.Changed.ShouldBeFalse();
        second.Items.Count.ShouldBe(2);
        _github.Seen.Select(request => request.IfNoneMatch).ShouldBe([null, null, "W/\"v1\"", "W/\"v1\""]);
    }

    [Fact]
    public async Task A_changed_answer_replaces_the_one_kept()
    {
        var version = "v1";
        _github.Answer = (request, http) => ScriptedGitHub.WithETagAsync(request, http, $"\"{version}\"", GitHubJson.Issue(12, version, "b", []));

        await _client.GetIssueAsync(Issue12, Token);
        version = "v2";
        (await _client.GetIssueAsync(Issue12, Token)).Title.ShouldBe("v2");
        (await _client.GetIssueAsync(Issue12, Token)).Title.ShouldBe("v2");

        _github.Seen.Select(request => request.IfNoneMatch).ShouldBe([null, "\"v1\"", "\"v2\""]);
    }

    [Fact]
    public async Task A_rotated_token_takes_effect_at_the_next_call_with_its_own_etags()
    {
        _github.Answer = (request, http) => ScriptedGitHub.WithETagAsync(request, http, "\"v1\"", GitHubJson.Issue(12, "t", "b", []));

        await _client.GetIssueAsync(Issue12, Token);
        _token = "ghp_another_token_for_tests";
        await _client.GetIssueAsync(Issue12, Token);

        _github.Seen[1].Authorization.ShouldBe("Bearer ghp_another_token_for_tests");
        _github.Seen[1].IfNoneMatch.ShouldBeNull();
    }

    [Fact]
    public async Task Without_a_token_nothing_is_sent()
    {
        _token = null;

        var fault = await FaultAsync();

        fault.Kind.ShouldBe(GitHubFaultKind.Unauthorized);
        fault.Message.ShouldContain("GITHUB_TOKEN is not set");
        _github.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(401, """{"message":"Bad credentials"}""", GitHubFaultKind.Unauthorized)]
    [InlineData(403, """{"message":"Resource not accessible by personal access token"}""", GitHubFaultKind.Forbidden)]
    [InlineData(404, """{"message":"Not Found"}""", GitHubFaultKind.NotFound)]
    [InlineData(410, """{"message":"This issue was deleted"}""", GitHubFaultKind.NotFound)]
    [InlineData(422, """{"message":"Validation Failed","errors":[{"message":"A pull request already exists for acme:x."}]}""", GitHubFaultKind.Rejected)]
    [InlineData(451, """{"message":"Repository access blocked"}""", GitHubFaultKind.Rejected)]
    [InlineData(301, """{"message":"Moved Permanently"}""", GitHubFaultKind.Rejected)]
    public async Task A_refusal_is_told_by_kind_and_is_not_repeated(int status, string json, GitHubFaultKind kind)
    {
        _github.Answer = (_, http) =>
        {
            if (status == 301)
                http.Response.Headers.Location = $"{_github.Address}/repositories/1/issues/12";
            return ScriptedGitHub.JsonAsync(http, status, json);
        };

        var fault = await FaultAsync();

        fault.Kind.ShouldBe(kind);
        fault.Message.ShouldContain($"GET /api/v3/repos/acme/shop/issues/12: {status}");
        if (status == 422)
            fault.Message.ShouldContain("A pull request already exists for acme:x.");
        _github.Seen.Count.ShouldBe(1);
        if (status == 401)
            _github.Logs.LatestRecord.Message.ShouldContain("auth");
    }

    [Fact]
    public async Task The_token_is_in_no_message_even_when_the_server_echoes_it()
    {
        _github.Answer = (request, http) => ScriptedGitHub.JsonAsync(http, 401, $$"""{"message":"Bad credentials: {{request.Authorization}}"}""");

        var fault = await FaultAsync();

        fault.ToString().ShouldNotContain(Secret);
        _github.Logs.GetSnapshot().ShouldAllBe(record => !record.Message.Contains(Secret));
    }

    [Fact]
    public async Task The_primary_limit_holds_every_call_until_its_reset()
    {
        var reset = _time.GetUtcNow().AddMinutes(20);
        Limited(403, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));

        var fault = await FaultAsync();
        fault.Kind.ShouldBe(GitHubFaultKind.RateLimited);
        fault.RetryAt.ShouldBe(reset.AddSeconds(1));
        _github.Logs.LatestRecord.Message.ShouldContain("rate limit");

        _time.Advance(TimeSpan.FromMinutes(20));
        (await FaultAsync()).RetryAt.ShouldBe(reset.AddSeconds(1));
        _github.Seen.Count.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        Works();
        await _client.GetIssueAsync(Issue12, Token);
        _github.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_answer_that_used_the_last_call_holds_the_next_one()
    {
        var reset = _time.GetUtcNow().AddMinutes(5);
        _github.Answer = (_, http) =>
        {
            http.Response.Headers["x-ratelimit-remaining"] = "0";
            http.Response.Headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            return ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));
        };

        await _client.GetIssueAsync(Issue12, Token);

        (await FaultAsync()).RetryAt.ShouldBe(reset.AddSeconds(1));
        _github.Seen.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(403)]
    public async Task The_secondary_limit_is_kept_for_as_long_as_github_says(int status)
    {
        Limited(status, ("retry-after", "90"));

        (await FaultAsync()).RetryAt.ShouldBe(_time.GetUtcNow().AddSeconds(90));
    }

    [Fact]
    public async Task A_secondary_limit_without_a_time_is_a_minute_and_doubles()
    {
        Limited(403);

        (await FaultAsync()).RetryAt.ShouldBe(_time.GetUtcNow().AddMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        (await FaultAsync()).RetryAt.ShouldBe(_time.GetUtcNow().AddMinutes(2));
        _time.Advance(TimeSpan.FromMinutes(2));
        Works();
        await _client.GetIssueAsync(Issue12, Token);
        Limited(429);
        (await FaultAsync()).RetryAt.ShouldBe(_time.GetUtcNow().AddMinutes(1));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task A_read_survives_two_server_faults(int status)
    {
        _github.Answer = (_, http) => _github.Seen.Count <= 2
            ? ScriptedGitHub.JsonAsync(http, status, """{"message":"Unicorn"}""")
            : ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));

        (await _client.GetIssueAsync(Issue12, Token)).Title.ShouldBe("t");
    }

    [Fact]
    public async Task A_read_gives_up_after_three_server_faults()
    {
        _github.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 502, """{"message":"Unicorn"}""");

        (await FaultAsync()).Kind.ShouldBe(GitHubFaultKind.Transient);
        _github.Seen.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_not_sent_again()
    {
        _github.Answer = (_, http) =>
        {
            http.Abort();
            return Task.CompletedTask;
        };

        var fault = await Should.ThrowAsync<GitHubException>(() => _client.CreateCommentAsync(Issue12, "x", Token));

        fault.Kind.ShouldBe(GitHubFaultKind.Transient);
        _github.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_read_cut_off_in_the_middle_is_sent_again()
    {
        _github.Answer = async (_, http) =>
        {
            var json = GitHubJson.Issue(12, "whole", "b", []);
            if (_github.Seen.Count > 1)
            {
                await ScriptedGitHub.JsonAsync(http, 200, json);
                return;
            }

            http.Response.ContentLength = json.Length;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(json[..40], Token);
            await http.Response.Body.FlushAsync(Token);
            http.Abort();
        };

        (await _client.GetIssueAsync(Issue12, Token)).Title.ShouldBe("whole");
        _github.Seen.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("text/html", "<html>maintenance</html>")]
    [InlineData("application/json", "{\"number\": 12, \"tit")]
    public async Task An_answer_that_is_not_githubs_is_a_passing_fault(string type, string body)
    {
        _github.Answer = (_, http) =>
        {
            http.Response.ContentType = type;
            return http.Response.WriteAsync(body, Token);
        };

        (await FaultAsync()).Kind.ShouldBe(GitHubFaultKind.Transient);
    }

    [Fact]
    public async Task A_server_that_is_away_is_a_passing_fault()
    {
        await _github.DisposeAsync();

        (await FaultAsync()).Kind.ShouldBe(GitHubFaultKind.Transient);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_in_time_is_a_passing_fault()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _github.Answer = async (_, http) =>
        {
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };
        var call = Should.ThrowAsync<GitHubException>(() => _client.CreateCommentAsync(Issue12, "x", Token));
        await arrived.Task;

        _time.Advance(TimeSpan.FromSeconds(30));

        (await call).Kind.ShouldBe(GitHubFaultKind.Transient);
    }

    [Fact]
    public async Task Cancelling_stops_a_call_as_a_cancellation()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _github.Answer = async (_, http) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        };

        await Should.ThrowAsync<OperationCanceledException>(() => _client.GetIssueAsync(Issue12, cancel.Token));
    }

    [Fact]
    public async Task Writes_are_spaced_and_reads_are_not()
    {
        using var spaced = _github.Client(_time, () => _token, options => options with { WriteSpacing = TimeSpan.FromSeconds(1) });
        _github.Answer = (request, http) => request.Method == "GET"
            ? ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []))
            : ScriptedGitHub.JsonAsync(http, 201, GitHubJson.Comment(1, "x", null));

        await spaced.CreateCommentAsync(Issue12, "1", Token);
        var second = spaced.CreateCommentAsync(Issue12, "2", Token);
        await spaced.GetIssueAsync(Issue12, Token);
        _github.Seen.Select(request => request.Method).ShouldBe(["POST", "GET"]);

        _time.Advance(TimeSpan.FromSeconds(1));
        await second;
        _github.Seen.Count.ShouldBe(3);
    }

    private Task<GitHubException> FaultAsync() => Should.ThrowAsync<GitHubException>(() => _client.GetIssueAsync(Issue12, Token));

    private void Works() => _github.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));

    private void Limited(int status, params (string Name, string Value)[] headers) => _github.Answer = (_, http) =>
    {
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        return ScriptedGitHub.JsonAsync(http, status, """{"message":"You have exceeded a secondary rate limit."}""");
    };
}
