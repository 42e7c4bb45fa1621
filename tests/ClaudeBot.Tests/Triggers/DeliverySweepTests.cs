using System.Text;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.GitHub.Apps;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Tests.Playground.GitHub;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Triggers;

/// <summary>The sweep on a playground, with a door that can be shut and an inbox behind it.</summary>
public sealed class DeliverySweepTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLogCollector _logs = new();
    private PlaygroundFixture _playground = null!;
    private HookReceiver _door = null!;
    private ServiceProvider _services = null!;
    private string _token = "octo-token";
    private int _taken;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LocalGitHub GitHub => _playground.Host.GitHub;

    public async ValueTask InitializeAsync()
    {
        _playground = await PlaygroundFixture.StartAsync(Token, options => options with { Time = _time });
        _door = await HookReceiver.StartAsync(Token, "/webhooks/github");
        _services = Services(new GitHubOptions { ApiUrl = _playground.Host.ApiUrl, Token = new SecretSource("GITHUB_TOKEN", () => _token, new SecretMask()), RetryDelay = TimeSpan.Zero });
    }

    public async ValueTask DisposeAsync()
    {
        _playground.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
        await _services.DisposeAsync();
        await _door.DisposeAsync();
        await _playground.DisposeAsync();
    }

    [Fact]
    public async Task What_failed_is_sent_again_once_under_the_same_id()
    {
        await HookAsync();
        await FileAsync("came");
        _door.Status = 503;
        await FileAsync("lost");
        _door.Status = 202;

        (await SweepAsync()).ShouldBe(1);
        var lost = _door.Ids[^1];
        _door.Ids.Count(id => id == lost).ShouldBe(2);

        (await SweepAsync()).ShouldBe(0);
        (await Progress.RedeliveredAsync([lost], Token)).ShouldBe([lost]);
    }

    [Fact]
    public async Task A_redelivery_that_fails_again_is_left_to_the_poll()
    {
        await HookAsync();
        _door.Status = 503;
        await FileAsync("lost");

        (await SweepAsync()).ShouldBe(1);
        (await SweepAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_the_bot_took_and_lost_with_its_ledger_is_sent_again_only_where_the_log_is_its_own()
    {
        await HookAsync();
        await GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", "taken and lost", null, [], Token);
        await GitHub.WhenHooksDeliveredAsync(Token);
        _taken = _door.Received.Count;
        (await SweepAsync()).ShouldBe(0, "nothing shows that this hook is the bot's own");

        await FileAsync("taken");

        (await SweepAsync()).ShouldBe(1);
        _door.Ids[^1].ShouldBe(_door.Ids[1]);
    }

    [Fact]
    public async Task Hooks_of_other_programs_are_left_alone()
    {
        await GitHub.AddHookAsync(PlaygroundFixture.Shop, new Uri("http://127.0.0.1:9/chat"), null, ["issues"], Token);
        await FileAsync("not ours");

        (await SweepAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_older_than_three_days_is_not_asked_for()
    {
        await HookAsync();
        _door.Status = 503;
        await FileAsync("old");
        _time.Advance(TimeSpan.FromHours(71.5));

        (await SweepAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_log_of_many_pages_is_read_no_further_than_the_cursor()
    {
        await HookAsync();
        await FileManyAsync(60);
        _time.Advance(TimeSpan.FromMinutes(10));
        await FileManyAsync(60);
        (await SweepAsync()).ShouldBe(0);
        _playground.Host.Requests.All.Count(IsRead).ShouldBe(2);

        await FileAsync("one more");
        (await SweepAsync()).ShouldBe(0);

        _playground.Host.Requests.All.Count(IsRead).ShouldBe(3);

        static bool IsRead(ClaudeBot.Playground.Requests.RecordedExchange exchange) => exchange.Path.EndsWith("/deliveries", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_may_not_see_the_hooks_is_told_once_for_all_repositories_and_asks_no_more()
    {
        await GitHub.CreateRepositoryAsync("octo/till", new Dictionary<string, string> { ["README.md"] = "# Till\n" }, Token);
        GitHub.SetPermission("octo/till", "wendy", Permission.Write);
        _token = "wendy-token";
        var options = new TriggerOptions { Repositories = [RepositoryName.Parse(PlaygroundFixture.Shop), RepositoryName.Parse("octo/till")] };
        var client = _services.GetRequiredService<GitHubClient>();
        using var sweep = new DeliverySweep(client, Progress, new ServedRepositories(client, options), options, _time, _services.GetRequiredService<ILogger<DeliverySweep>>());

        await sweep.SweepOnceAsync(Token);
        await sweep.SweepOnceAsync(Token);

        _playground.Host.Requests.All.Count(exchange => exchange.Path.EndsWith("/hooks", StringComparison.Ordinal)).ShouldBe(2);
        var told = _logs.GetSnapshot().Where(record => record.Message.Contains("admin:repo_hook", StringComparison.Ordinal)).ShouldHaveSingleItem();
        told.Level.ShouldBe(LogLevel.Information);
        told.Message.ShouldContain("octo/shop, octo/till");
        told.Message.ShouldContain("WEBHOOK_PORT=off");
    }

    [Fact]
    public async Task A_rate_limit_in_the_middle_moves_no_cursor_and_loses_nothing()
    {
        await HookAsync();
        _door.Status = 503;
        await FileAsync("one");
        await FileAsync("two");
        _door.Status = 202;

        // Hooks, log, the first redelivery; the second meets the limit.
        _playground.Host.RateLimits.Limit = 3;
        var cut = await _services.GetRequiredService<DeliverySweep>().SweepOnceAsync(Token);
        cut.RetryAt.ShouldNotBeNull();
        _playground.Host.RateLimits.Limit = 5000;
        _time.Advance(cut.RetryAt.Value - _time.GetUtcNow());
        await SweepAsync();

        _door.Ids.Skip(1).GroupBy(id => id).Select(same => same.Count()).ShouldBe([2, 2]);
    }

    [Fact]
    public async Task The_service_sweeps_by_itself_where_the_door_is_open_and_rests_where_it_is_not()
    {
        await HookAsync();
        _door.Status = 503;
        await FileAsync("lost");
        using var open = Sweep(receivesWebhooks: true);
        using var shut = Sweep(receivesWebhooks: false);

        await shut.StartAsync(Token);
        await shut.ExecuteTask!.WaitAsync(Token);
        _playground.Host.Requests.All.ShouldBeEmpty();
        await open.StartAsync(Token);
        await _playground.Host.Requests.FirstAsync(exchange => exchange.Path.EndsWith("/attempts", StringComparison.Ordinal), Token);
        await open.StopAsync(Token);

        DeliverySweep Sweep(bool receivesWebhooks)
        {
            var options = new TriggerOptions { Repositories = [RepositoryName.Parse(PlaygroundFixture.Shop)], ReceivesWebhooks = receivesWebhooks, FirstDeliverySweep = TimeSpan.Zero };
            var client = _services.GetRequiredService<GitHubClient>();
            return new DeliverySweep(client, Progress, new ServedRepositories(client, options), options, _time, NullLogger<DeliverySweep>.Instance);
        }
    }

    [Fact]
    public async Task An_App_reads_the_log_of_its_one_hook()
    {
        await using var app = await AppStage.OpenAsync();
        await using var services = Services(app.Options, app.Time);
        var hook = app.Host.GitHub.SetAppHook(app.App, _door.Url, "s", ["issues"]);
        _door.Status = 503;
        await app.Host.GitHub.FileIssueAsync("octo/shop", "octo", "lost", null, [], Token);
        await app.Host.GitHub.WhenHooksDeliveredAsync(Token);
        _door.Status = 202;

        (await services.GetRequiredService<DeliverySweep>().SweepOnceAsync(Token)).Redelivered.ShouldBe(1);

        await app.Host.GitHub.WhenHooksDeliveredAsync(Token);
        hook.Deliveries.Select(delivery => (delivery.StatusCode, delivery.IsRedelivery)).ShouldBe([(503, false), (202, true)]);
        _door.Received.Last().Body.ShouldContain("\"installation\":{\"id\":");
        app.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
    }

    private IIntakeProgress Progress => _services.GetRequiredService<IIntakeProgress>();

    private Task<Hook> HookAsync() => GitHub.AddHookAsync(PlaygroundFixture.Shop, _door.Url, "s", ["issues"], Token);

    private async Task FileAsync(string title)
    {
        await GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", title, null, [], Token);
        await DeliveredAsync();
    }

    private async Task FileManyAsync(int count)
    {
        for (var number = 0; number < count; number++)
            await GitHub.FileIssueAsync(PlaygroundFixture.Shop, "octo", $"{number}", null, [], Token);
        await DeliveredAsync();
    }

    private async Task<int> SweepAsync()
    {
        var summary = await _services.GetRequiredService<DeliverySweep>().SweepOnceAsync(Token);
        summary.RetryAt.ShouldBeNull();
        await DeliveredAsync();
        return summary.Redelivered;
    }

    /// <summary>Puts what the open door took into the inbox, as the bot's own does.</summary>
    private async Task DeliveredAsync()
    {
        await GitHub.WhenHooksDeliveredAsync(Token);
        foreach (var (headers, body) in _door.Received.Skip(_taken))
        {
            if (_door.Status == 202 && headers["X-GitHub-Event"] != "ping")
                await _services.GetRequiredService<IInbox>().StoreAsync(new Delivery { Id = headers["X-GitHub-Delivery"]!, Event = "issues", Body = Encoding.UTF8.GetBytes(body), ReceivedAt = _time.GetUtcNow() }, Token);
        }

        _taken = _door.Received.Count;
    }

    private ServiceProvider Services(GitHubOptions options, TimeProvider? time = null) => new ServiceCollection()
        .AddLogging(logging => logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(new FakeLoggerProvider(_logs)))
        .AddSingleton(time ?? _time)
        .AddSingleton(new LedgerOptions { DataDirectory = Path.Combine(_playground.Folder, $"data-{Guid.NewGuid():N}") })
        .AddSingleton(new TriggerOptions { Repositories = [RepositoryName.Parse(PlaygroundFixture.Shop)] })
        .AddSingleton(options)
        .AddSingleton<QueueSignal>()
        .AddGitHub()
        .AddLedger()
        .AddTriggers()
        .BuildServiceProvider();
}
