using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Tests.StatusWeb;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Triggers;

/// <summary>What GitHub could not answer for a moment is asked again soon, however long the interval is.</summary>
public sealed class TryingSoonTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(24);

    private readonly HeardTime _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_poll_that_failed_comes_again_soon_and_less_soon_and_at_its_interval_after_one_that_did_not()
    {
        using var poller = Poller(Interval);
        _stage.Status = 502;
        await poller.StartAsync(Token);

        foreach (var seconds in new[] { 5, 10, 20, 40, 60 })
            await PassAsync(TimeSpan.FromSeconds(seconds));
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromMinutes(1));

        // A repository that is not there will not be there in a minute either.
        _stage.Status = 200;
        _time.Advance(TimeSpan.FromMinutes(1));
        (await _time.NextWaitAsync()).ShouldBe(Interval);
        _stage.Status = 502;
        _time.Advance(Interval);
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(5));
        await poller.StopAsync(Token);
    }

    [Fact]
    public async Task A_poll_that_failed_comes_no_later_than_one_that_did_not()
    {
        using var poller = Poller(TimeSpan.FromSeconds(3));
        _stage.Status = 502;
        await poller.StartAsync(Token);

        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(3));
        await poller.StopAsync(Token);
    }

    [Fact]
    public async Task A_look_for_lost_deliveries_that_failed_comes_again_soon()
    {
        var options = Options(Interval) with { ReceivesWebhooks = true };
        using var sweep = new DeliverySweep(_stage.Get<GitHubClient>(), _stage.Get<IIntakeProgress>(), _stage.Get<ServedRepositories>(), options, _time, NullLogger<DeliverySweep>.Instance);
        _stage.Status = 502;
        await sweep.StartAsync(Token);

        await PassAsync(options.FirstDeliverySweep);
        (await _time.NextWaitAsync()).ShouldBe(TimeSpan.FromSeconds(5));
        _stage.Status = 200;
        _time.Advance(TimeSpan.FromSeconds(5));
        (await _time.NextWaitAsync()).ShouldBe(Interval);
        await sweep.StopAsync(Token);
    }

    [Fact]
    public async Task Labels_that_could_not_be_set_up_for_a_moment_are_set_up_soon()
    {
        var asked = _stage.GitHub.Answer;
        _stage.GitHub.Answer = (request, http) => request.PathAndQuery.Contains("/labels", StringComparison.Ordinal) && _stage.Status == 200
            ? GitHub.ScriptedGitHub.JsonAsync(http, request.Method == "GET" ? 200 : 201, request.Method == "GET" ? "[]" : """{"id":1,"name":"x","color":"ffffff","description":""}""")
            : asked(request, http);
        using var setup = new LabelSetup(_stage.Get<GitHubClient>(), _stage.Get<ServedRepositories>(), Options(Interval), _time, NullLogger<LabelSetup>.Instance);
        _stage.Status = 502;
        await setup.StartAsync(Token);

        var wait = _time.NextWaitAsync();
        await Task.WhenAny(wait, setup.ExecuteTask!);
        wait.IsCompleted.ShouldBeTrue("it is not tried again");
        (await wait).ShouldBe(TimeSpan.FromSeconds(5));
        _stage.Status = 200;
        _time.Advance(TimeSpan.FromSeconds(5));
        await setup.ExecuteTask!.WaitAsync(Token);

        foreach (var repository in new[] { TriggerStage.Shop, TriggerStage.Broken })
            _stage.GitHub.Seen.ShouldContain(request => request.Method == "POST" && request.PathAndQuery == $"/repos/{repository}/labels");
    }

    private TriggerOptions Options(TimeSpan interval) => _stage.Get<TriggerOptions>() with { IssueCheckInterval = interval };

    private IssuePoller Poller(TimeSpan interval) => new(
        _stage.Get<GitHubClient>(), _stage.Get<ITaskQueue>(), _stage.Inbox, _stage.Get<IIntakeProgress>(), _stage.Get<IRemarks>(), _stage.Get<ServedRepositories>(),
        _stage.Get<MissedEvents>(), _stage.Get<InboxSignal>(), Options(interval), _time, NullLogger<IssuePoller>.Instance);

    private async Task PassAsync(TimeSpan wait)
    {
        (await _time.NextWaitAsync()).ShouldBe(wait);
        _time.Advance(wait);
    }
}
