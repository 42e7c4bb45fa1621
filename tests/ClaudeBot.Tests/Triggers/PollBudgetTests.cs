using System.Globalization;
using System.Threading.Channels;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Triggers;

public sealed class PollBudgetTests : IAsyncLifetime
{
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task While_little_of_the_limit_is_left_the_poll_is_put_off_to_its_reset_with_one_line()
    {
        var reset = _stage.Time.GetUtcNow().AddMinutes(20);
        var answer = _stage.GitHub.Answer;
        var requests = Channel.CreateUnbounded<string>();
        var remaining = 100;
        _stage.GitHub.Answer = (request, http) =>
        {
            http.Response.Headers["x-ratelimit-limit"] = "5000";
            http.Response.Headers["x-ratelimit-remaining"] = remaining.ToString(CultureInfo.InvariantCulture);
            http.Response.Headers["x-ratelimit-reset"] = reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            requests.Writer.TryWrite(request.PathAndQuery);
            return answer(request, http);
        };
        await _stage.Get<GitHubClient>().GetIssueAsync(TriggerStage.Issue12, Token);
        await requests.Reader.ReadAsync(Token);
        var lines = new Lines();
        using var poller = new IssuePoller(
            _stage.Get<GitHubClient>(), _stage.Get<ITaskQueue>(), _stage.Inbox, _stage.Get<IIntakeProgress>(), _stage.Get<IRemarks>(), _stage.Get<ServedRepositories>(),
            _stage.Get<MissedEvents>(), _stage.Get<InboxSignal>(), _stage.Get<TriggerOptions>(), _stage.Time, lines);

        await poller.StartAsync(Token);
        (await lines.Written.Reader.ReadAsync(Token)).ShouldContain("rate limit");
        requests.Reader.TryRead(out _).ShouldBeFalse();

        // The line is written before the wait begins: time goes on until it is over.
        _stage.Time.Advance(TimeSpan.FromMinutes(20));
        string? request;
        while (!requests.Reader.TryRead(out request))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            _stage.Time.Advance(TimeSpan.FromMinutes(1));
        }

        request.ShouldStartWith("/repos/acme/shop/issues?");
        await poller.StopAsync(Token);
    }

    private sealed class Lines : ILogger<IssuePoller>
    {
        public Channel<string> Written { get; } = Channel.CreateUnbounded<string>();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Writer.TryWrite(formatter(state, exception));
    }
}
