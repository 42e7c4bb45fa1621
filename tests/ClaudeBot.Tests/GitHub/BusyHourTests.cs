using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.GitHub;

/// <summary>
/// Two hundred tasks at work at once, in virtual time: the client with all its limits, the labels and the live comments
/// are the real ones; the order of a run's other calls is written down here.
/// </summary>
public sealed class BusyHourTests : IDisposable
{
    private const int Tasks = 200;
    private const int Repositories = 5;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Random _dice = new(20260501);
    private readonly CountingGitHub _github;
    private readonly GitHubClient _client;
    private readonly StateLabels _labels;
    private readonly BotComments _comments;
    private readonly Patience _patience;

    public BusyHourTests()
    {
        _github = new CountingGitHub(_time);
        var mask = new SecretMask();
        var options = new GitHubOptions { Token = new SecretSource("GITHUB_TOKEN", () => "token-of-the-tests", mask) };
        _client = new GitHubClient(options, new MemoryPenaltyStore(), _time, NullLogger<GitHubClient>.Instance, _github);
        _labels = new StateLabels(_client);
        _comments = new BotComments(_client, new BotIdentity(_client), new OutgoingText(mask));
        _patience = new Patience(new RunOptions(), _time);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Two_hundred_tasks_at_once_stay_within_every_limit_of_github_and_all_end()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var plans = Enumerable.Range(1, Tasks).Select(number => (number, Start: Seconds(0, 600), Agent: Seconds(600, 3000))).ToList();
        var polls = Task.Run(() => PollAsync(over.Token), Token);
        var work = Task.WhenAll(plans.Select(plan => Task.Run(() => WorkAsync(plan.number, plan.Start, plan.Agent), Token)));

        while (!work.IsCompleted)
        {
            await SettleAsync();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await work;
        await over.CancelAsync();
        await polls;

        var calls = _github.Calls;
        var anHour = _github.MostWithin(TimeSpan.FromHours(1), call => call.Status != 304);
        var contentAnHour = _github.MostWithin(TimeSpan.FromHours(1), call => call.IsContent);
        var contentAMinute = _github.MostWithin(TimeSpan.FromMinutes(1), call => call.IsContent);
        var progress = calls.Count(call => call.Method == "PATCH") - Tasks;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{calls.Count} calls in {(calls[^1].At - calls[0].At).TotalMinutes:0} minutes; in the fullest hour {anHour} counted, {contentAnHour} content; in the fullest minute {contentAMinute} content; {progress} progress edits");

        calls.ShouldAllBe(call => call.Status == 200 || call.Status == 304);
        anHour.ShouldBeLessThanOrEqualTo(5000);
        contentAnHour.ShouldBeLessThanOrEqualTo(500);
        contentAMinute.ShouldBeLessThanOrEqualTo(80);
        var writes = calls.Where(call => call.IsWrite).Select(call => call.At).ToList();
        writes.Zip(writes.Skip(1), (one, next) => next - one).Min().ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        calls.Count(call => call.Method == "POST" && call.Path.EndsWith("/pulls", StringComparison.Ordinal)).ShouldBe(Tasks);
        calls.Count(call => call.Method == "POST" && call.Path.EndsWith("/comments", StringComparison.Ordinal)).ShouldBe(Tasks);
        progress.ShouldBeGreaterThan(0, "progress is shown while there is room for it");
    }

    private async Task WorkAsync(int number, TimeSpan start, TimeSpan agent)
    {
        var issue = new IssueReference(Repository(number), number);
        await Task.Delay(start, _time, Token);

        await DoAsync(token => _client.GetIssueAsync(issue, token));
        await DoAsync(token => _client.GetPermissionAsync(issue.Repository, new GitHubUser(7, "ada", false), token));
        await DoAsync(token => _client.GetIssueAsync(issue, token));
        await DoAsync(token => ShowAsync(issue, ["claude-bot"], BotLabels.InProgress, token));
        var comment = await DoAsync(token => _comments.CreateAsync(issue, "begun", token));

        var board = Board(issue);
        using (var done = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            var live = new LiveComment(
                issue,
                comment.Id,
                board,
                _ => Task.FromResult(0m),
                async (edit, token) =>
                {
                    await edit(token);
                    return true;
                },
                _comments,
                new ConversationOptions(),
                _time,
                NullLogger.Instance);
            var following = live.FollowAsync(done.Token);
            board.Enter(RunPhase.Write);
            await Task.Delay(agent, _time, Token);
            board.Enter(RunPhase.Check);
            await Task.Delay(TimeSpan.FromSeconds(60), _time, Token);
            board.Enter(RunPhase.Publish);
            await done.CancelAsync();
            await following;
        }

        var pull = await DoAsync(token => _client.CreatePullRequestAsync(issue.Repository, new NewPullRequest("t", "b", "bot/issue", "main", false), token));
        await DoAsync(token => _client.GetPullRequestAsync(pull.Reference, token));
        await DoAsync(token => ShowAsync(issue, ["claude-bot", BotLabels.InProgress], BotLabels.Completed, token));
        await DoAsync(token => _comments.WriteAsync(issue, comment.Id, "done", token));
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                for (var number = 0; number < Repositories; number++)
                    await _client.ListOpenIssuesAsync(Repository(number), "claude-bot", cancellationToken);
                await Task.Delay(TimeSpan.FromMinutes(1), _time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>As a run does it: with patience, and after a limit that is too long for that, when the task's turn comes again.</summary>
    private async Task<T> DoAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await _patience.TryAsync((_, token) => call(token), Token);
            }
            catch (GitHubException fault) when (fault is { Kind: GitHubFaultKind.RateLimited, RetryAt: { } again })
            {
                var wait = again - _time.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time, Token);
            }
        }
    }

    private async Task<bool> ShowAsync(IssueReference issue, IReadOnlyList<string> current, string wanted, CancellationToken cancellationToken)
    {
        await _labels.ShowAsync(issue, current, wanted, cancellationToken);
        return true;
    }

    /// <summary>Lets what the last second set off run on. When it does not get to its end, it goes on in the next second.</summary>
    private async Task SettleAsync()
    {
        for (var (quiet, seen) = (0, -1); quiet < 3; quiet = _github.Count == seen ? quiet + 1 : 0, seen = _github.Count)
            await Task.Yield();
    }

    private static RepositoryName Repository(int number) => RepositoryName.Parse($"acme/shop-{number % Repositories}");

    private static ProgressBoard Board(IssueReference issue) => new(new RunProgress
    {
        TaskId = TaskId.New(issue),
        Branch = "bot/issue",
        Attempt = 1,
        StartedAt = default,
    });

    private TimeSpan Seconds(int from, int to) => TimeSpan.FromSeconds(_dice.Next(from, to));
}
