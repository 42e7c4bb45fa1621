using System.Globalization;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Tests.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.GitHub;

/// <summary>Penalties over the life of one process and the next, which share nothing but the ledger's file.</summary>
public sealed class PenaltyTests : IAsyncLifetime
{
    private static readonly IssueReference Issue12 = new(RepositoryName.Parse("acme/shop"), 12);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _folder = new();
    private readonly List<IAsyncDisposable> _processes = [];
    private ScriptedGitHub _github = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _github = await ScriptedGitHub.StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
            await process.DisposeAsync();
        await _github.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_restart_inside_a_primary_limit_sends_nothing_before_its_reset()
    {
        var reset = _time.GetUtcNow().AddMinutes(20);
        Refuses(403, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        await RefusedAsync(Process());

        var next = Process();
        _time.Advance(TimeSpan.FromMinutes(20));
        (await RefusedAsync(next)).ShouldBe(reset.AddSeconds(1));
        _github.Seen.Count.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        Works();
        await next.GetIssueAsync(Issue12, Token);
        _github.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_restart_after_the_call_that_used_the_limit_up_sends_nothing_either()
    {
        var reset = _time.GetUtcNow().AddMinutes(5);
        _github.Answer = (_, http) =>
        {
            http.Response.Headers["x-ratelimit-remaining"] = "0";
            http.Response.Headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            return ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));
        };
        await Process().GetIssueAsync(Issue12, Token);

        (await RefusedAsync(Process())).ShouldBe(reset.AddSeconds(1));
        _github.Seen.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_secondary_limit_goes_on_doubling_over_restarts_up_to_an_hour()
    {
        Refuses(403);
        var waits = new List<double>();
        for (var times = 0; times < 8; times++)
        {
            var until = await RefusedAsync(Process());
            waits.Add((until - _time.GetUtcNow()).TotalMinutes);
            _time.Advance(until - _time.GetUtcNow());
        }

        waits.ShouldBe([1, 2, 4, 8, 16, 32, 60, 60]);
        _github.Seen.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Reads_that_pass_do_not_forgive_a_refused_write()
    {
        var client = Process();
        _github.Answer = (request, http) => request.Method == "GET"
            ? ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []))
            : ScriptedGitHub.JsonAsync(http, 403, """{"message":"You have exceeded a secondary rate limit."}""");
        var waits = new List<double>();
        for (var times = 0; times < 3; times++)
        {
            var fault = await Should.ThrowAsync<GitHubException>(() => client.CreateCommentAsync(Issue12, "x", Token));
            waits.Add((fault.RetryAt!.Value - _time.GetUtcNow()).TotalMinutes);
            _time.Advance(fault.RetryAt.Value - _time.GetUtcNow());
            await client.GetIssueAsync(Issue12, Token);
        }

        waits.ShouldBe([1, 2, 4]);
    }

    [Fact]
    public async Task What_one_process_is_told_holds_for_another_that_runs_already()
    {
        var (bot, verb) = (Process(), Process());
        Works();
        await bot.GetIssueAsync(Issue12, Token);
        Refuses(429, ("retry-after", "90"));
        await RefusedAsync(verb);

        (await RefusedAsync(bot)).ShouldBe(_time.GetUtcNow().AddSeconds(90));
        _github.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Without_its_ledger_a_process_keeps_its_limits_in_memory_and_says_so_once()
    {
        var client = Client(() => throw new LedgerUnavailableException("The disk is full."));
        Refuses(429, ("retry-after", "90"));
        await RefusedAsync(client);

        (await RefusedAsync(client)).ShouldBe(_time.GetUtcNow().AddSeconds(90));
        _time.Advance(TimeSpan.FromSeconds(90));
        Works();
        await client.GetIssueAsync(Issue12, Token);
        _github.Seen.Count.ShouldBe(2);
        _github.Logs.GetSnapshot().Where(line => line.Level == LogLevel.Warning && line.Message.Contains("The disk is full.")).ShouldHaveSingleItem();
    }

    private GitHubClient Process()
    {
        var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path }, _time);
        _processes.Add(ledger);
        return Client(() => ledger);
    }

    private GitHubClient Client(Func<SqliteLedger> ledger) =>
        _github.Client(_time, () => "token-of-the-tests", penalties: new SqlitePenaltyStore(ledger));

    private static async Task<DateTimeOffset> RefusedAsync(GitHubClient client)
    {
        var fault = await Should.ThrowAsync<GitHubException>(() => client.GetIssueAsync(Issue12, Token));
        fault.Kind.ShouldBe(GitHubFaultKind.RateLimited);
        return fault.RetryAt.ShouldNotBeNull();
    }

    private void Works() => _github.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 200, GitHubJson.Issue(12, "t", "b", []));

    private void Refuses(int status, params (string Name, string Value)[] headers) => _github.Answer = (_, http) =>
    {
        foreach (var (name, value) in headers)
            http.Response.Headers[name] = value;
        return ScriptedGitHub.JsonAsync(http, status, """{"message":"You have exceeded a secondary rate limit."}""");
    };
}
