using System.Text;
using ClaudeBot.FollowUps;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Playground.GitHub;
using ClaudeBot.Triggers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Runs;

/// <summary>From GitHub's webhook to what stands on the branch: real payloads through the inbox, the decisions, the queue and the runs.</summary>
[Trait("Length", "Long")]
public sealed class FollowUpPathTests : IAsyncLifetime
{
    /// <summary>GitHub's clock; what happens within one of its seconds has no order.</summary>
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private RunBench _bench = null!;
    private HookReceiver _hooks = null!;
    private int _taken;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Issue Pull => _bench.Shop.PullRequests.ShouldHaveSingleItem();

    public async ValueTask InitializeAsync()
    {
        _bench = await RunBench.StartAsync("test: [\"grep -q 42 answer.txt\"]", [], services => services
            .AddSingleton(new TriggerOptions { Repositories = [RepositoryName.Parse(RunBench.Repository)] })
            .AddSingleton(new FollowUpOptions { QuietPeriod = TimeSpan.Zero })
            .AddSingleton<QueueSignal>()
            .AddTriggers(), _time);
        _hooks = await HookReceiver.StartAsync(Token);
        await _bench.Playground.GitHub.AddHookAsync(RunBench.Repository, _hooks.Url, null, [], Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _hooks.DisposeAsync();
    }

    [Fact]
    public async Task From_a_label_to_the_repositorys_checks_and_from_a_check_that_fails_on_GitHub_to_its_repair()
    {
        var issue = await _bench.Playground.GitHub.FileIssueAsync(RunBench.Repository, "mona", "The answer is missing", "Please write answer.txt.", [], Token);
        await _bench.Playground.GitHub.LabelAsync(RunBench.Repository, issue.Number, "mona", "claude-bot", Token);
        _bench.Agent.Writes("answer.txt", "41\n").Writes("answer.txt", "42\n");

        (await RunWhatIsHeardAsync()).State.ShouldBe(TaskState.Succeeded);

        _bench.Agent.Requests[1].Prompt.ShouldContain("`grep -q 42 answer.txt` (test) ended with exit code 1");
        Pull.Body!.ShouldContain("| test | `grep -q 42 answer.txt` | ✅ passed |");
        var first = Pull.Pull!.HeadSha;

        await EndJobAsync("failure", "It may be chance.\n");
        (await RunWhatIsHeardAsync()).Reason.ShouldContain("A second run was asked for of `build`");
        await EndJobAsync("failure", "expected 42 alone\n");
        _bench.Agent.Writes("answer.txt", "42 alone\n");
        (await RunWhatIsHeardAsync()).State.ShouldBe(TaskState.Succeeded);

        _bench.Agent.Requests[2].Prompt.ShouldContain("expected 42 alone");
        Pull.Pull.HeadSha.ShouldNotBe(first);
        await EndJobAsync("success", "Fine.\n");
        await HearAsync();
        (await _bench.Queue.CountDueAsync(Token)).ShouldBe(0, "what passes asks for nothing");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rebase_merges_the_base_branch_and_rewrites_nothing(bool underIssue)
    {
        var issue = await OpenAsync();
        var before = Pull.Pull!.HeadSha;
        await _bench.PushOnTopAsPersonAsync("main", "other.txt", "other\n", Token);
        var number = underIssue ? issue.Number : Pull.Number;

        var asked = await _bench.Playground.GitHub.CommentAsync(RunBench.Repository, number, "mona", "@claude-bot rebase", Token);
        var outcome = await RunWhatIsHeardAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        await _bench.Get<ClaudeBot.Conversation.Postman>().RunOnceAsync(Token);
        asked.Reactions.Select(reaction => reaction.Content).ShouldBe(["eyes"]);
        _bench.Agent.Requests.Count.ShouldBe(1, "git settled it alone");
        (await FileAsync("other.txt")).ShouldBe("other\n");
        (await _bench.Shop.Git.CommitAsync(Pull.Pull.HeadSha, Token)).Parents.ShouldBe([before, _bench.Shop.Branch("main")!]);

        // Asked again with nothing to merge, it says so and pushes nothing.
        var merged = Pull.Pull.HeadSha;
        await _bench.Playground.GitHub.CommentAsync(RunBench.Repository, number, "mona", "@claude-bot rebase", Token);
        (await RunWhatIsHeardAsync()).Reason.ShouldBe("The branch holds all of its base branch already.");
        Pull.Pull.HeadSha.ShouldBe(merged);
        Pull.Comments.Count(comment => comment.Body.Contains("### Claude Bot has seen to it", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Rebase_has_the_agent_settle_what_git_cannot()
    {
        await OpenAsync();
        await _bench.PushOnTopAsPersonAsync("main", "answer.txt", "43\n", Token);
        await _bench.Playground.GitHub.CommentAsync(RunBench.Repository, Pull.Number, "mona", "@claude-bot rebase", Token);
        _bench.Agent.Writes("answer.txt", "42 and 43\n");

        var outcome = await RunWhatIsHeardAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        _bench.Agent.Requests[1].Prompt.ShouldContain("The base branch main was merged");
        (await FileAsync("answer.txt")).ShouldBe("42 and 43\n");
    }

    [Fact]
    public async Task Rebase_where_there_is_no_pull_request_is_answered_and_starts_nothing()
    {
        var issue = await _bench.Playground.GitHub.FileIssueAsync(RunBench.Repository, "mona", "The answer is missing", "Please write answer.txt.", [], Token);
        await _bench.Playground.GitHub.CommentAsync(RunBench.Repository, issue.Number, "mona", "@claude-bot rebase", Token);

        await HearAsync();
        await _bench.Get<ClaudeBot.Conversation.Postman>().RunOnceAsync(Token);

        (await _bench.Queue.CountDueAsync(Token)).ShouldBe(0);
        issue.Comments.Last().Body.ShouldContain("There is no pull request of mine here");
    }

    /// <summary>Lets the bot open its pull request.</summary>
    private async Task<Issue> OpenAsync()
    {
        var (issue, _) = await _bench.AskAsync();
        _bench.Agent.Writes("answer.txt", "42\n");
        (await _bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        await HearAsync();
        return issue;
    }

    private async Task<TaskOutcome> RunWhatIsHeardAsync()
    {
        await HearAsync();
        return await _bench.EndAsync();
    }

    /// <summary>Takes in every webhook so far, and makes the tasks that come of it.</summary>
    private async Task HearAsync()
    {
        await _bench.Playground.GitHub.WhenHooksDeliveredAsync(Token);
        foreach (var (headers, body) in _hooks.Received.Skip(_taken))
        {
            _taken++;
            await _bench.Get<IInbox>().StoreAsync(
                new Delivery { Id = headers["X-GitHub-Delivery"].ToString(), Event = headers["X-GitHub-Event"].ToString(), Body = Encoding.UTF8.GetBytes(body), ReceivedAt = TimeProvider.System.GetUtcNow() },
                Token);
        }

        await _bench.Get<TriggerProcessor>().DrainAsync(Token);
        await _bench.Get<FollowUpMaker>().MakeDueAsync(Token);
    }

    private Task<CheckRun> EndJobAsync(string conclusion, string log)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return _bench.Playground.GitHub.EndJobAsync(RunBench.Repository, Pull.Pull!.HeadSha, "build", conclusion, log, Token);
    }

    private Task<string?> FileAsync(string path) => _bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, Pull.Pull!.HeadBranch, path, Token);
}
