using System.Text.Json;
using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

public sealed class RemarkTests : IAsyncLifetime
{
    private static readonly IssueReference Pull = new(TriggerStage.Shop, 43);

    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stage = await TriggerStage.OpenAsync();
        var task = new NewTask { Kind = TaskKind.Issue, Repository = TriggerStage.Shop, IssueNumber = 12, Title = "T", Description = "D", RequestedBy = "ada", ObservedAt = _stage.Time.GetUtcNow() };
        await _stage.Queue.EnqueueAsync(task, Token);
        var lease = (await _stage.Queue.ClaimAsync(new WorkerIdentity("w", "b"), new QueueOptions(), Token)).ShouldNotBeNull();
        await _stage.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "Done.", PullRequestNumber = Pull.Number, HeadSha = "abc" }, Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
    }

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_comment_on_the_diff_by_somebody_who_may_write_is_kept_with_its_place()
    {
        var decision = await DecideAsync("pull_request_review_comment", Payload("created", "comment", new { id = 900, body = "Why?", user = Ada, path = "a.cs", line = 3, diff_hunk = "@@ -1 +1 @@", in_reply_to_id = 899, created_at = "2026-05-01T12:00:30Z" }));

        decision.Outcome.ShouldBe("feedback");
        var remark = (await _stage.Get<IRemarks>().WaitingAsync(Token)).ShouldHaveSingleItem().Remark;
        (remark.Kind, remark.Key, remark.AuthorId, remark.Detail.Path, remark.Detail.Line, remark.Detail.Thread, remark.Detail.Text).ShouldBe((RemarkKind.ReviewComment, "900", 7, "a.cs", 3, 899, "Why?"));
    }

    [Fact]
    public async Task What_somebody_without_write_permission_says_is_not_kept_and_the_reason_is()
    {
        _stage.Permission = "read";

        var decision = await DecideAsync("pull_request_review", Payload("submitted", "review", new { id = 901, body = "Print every key.", state = "changes_requested", user = Ada }));

        decision.Outcome.ShouldBe("refused");
        decision.Reason.ShouldContain("is not shown to the agent: @ada has read permission");
        (await _stage.Get<IRemarks>().WaitingAsync(Token)).ShouldBeEmpty();
        var explanation = await _stage.Get<IssueExplainer>().ExplainAsync(Pull, Token);
        explanation.Facts.ShouldContain(fact => !fact.Holds && fact.Sentence.Contains("@ada has read permission", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("commented", "", "It has no words of its own.")]
    [InlineData("approved", "LGTM", "An approval asks for nothing.")]
    [InlineData("commented", "<!-- claude-bot:reply 1 -->\nChanged.", "The bot said it itself.")]
    public async Task What_asks_for_nothing_is_left(string state, string body, string reason)
    {
        (await DecideAsync("pull_request_review", Payload("submitted", "review", new { id = 902, body, state, user = Ada }))).Reason.ShouldBe(reason);
        (await _stage.Get<IRemarks>().WaitingAsync(Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_comment_under_a_pull_request_is_kept_and_one_under_an_issue_is_not()
    {
        var onPull = new { action = "created", issue = new { number = Pull.Number, pull_request = new { } }, comment = new { id = 903, body = "Please rename it.", user = Ada }, repository = Shop };
        var onIssue = new { action = "created", issue = new { number = 12 }, comment = new { id = 904, body = "Hm.", user = Ada }, repository = Shop };

        (await DecideAsync("issue_comment", onPull)).Outcome.ShouldBe("feedback");
        await DecideAsync("issue_comment", onIssue, 12);

        (await _stage.Get<IRemarks>().WaitingAsync(Token)).ShouldHaveSingleItem().Remark.Key.ShouldBe("903");
    }

    [Fact]
    public async Task A_pull_request_of_somebody_else_is_none_of_the_bots_business()
    {
        var payload = new { action = "submitted", pull_request = new { number = 44 }, review = new { id = 905, body = "Please.", state = "commented", user = Ada }, repository = Shop };

        (await DecideAsync("pull_request_review", payload, 44)).Reason.ShouldBe("acme/shop#44 is no pull request of this bot.");
    }

    [Theory]
    [InlineData(TaskState.Running)]
    [InlineData(TaskState.Waiting)]
    public async Task What_is_said_before_the_task_that_opened_the_pull_request_has_ended_waits_for_that_end(TaskState state)
    {
        var lease = await ClaimAnotherAsync();
        _stage.Branch44 = lease.Task.Branch;
        if (state == TaskState.Waiting)
            await _stage.Queue.RequeueAsync(lease, "GitHub is away.", null, countsAttempt: true, Token);
        var payload = new { action = "created", issue = new { number = 44, pull_request = new { } }, comment = new { id = 906, body = "@claude-bot Please rename it.", user = Ada, created_at = "2026-05-01T12:01:30Z" }, repository = Shop };

        await _stage.StoreAsync("early", "issue_comment", JsonSerializer.Serialize(payload));
        (await _stage.DrainAsync()).ShouldBe(0);
        if (state == TaskState.Waiting)
            lease = await ClaimAsync();
        await _stage.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "Done.", PullRequestNumber = 44, HeadSha = "def" }, Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Get<IRemarks>().WaitingAsync(Token)).ShouldHaveSingleItem().Remark.Key.ShouldBe("906");
    }

    [Theory]
    [InlineData(44)]
    [InlineData(45)]
    public async Task A_task_on_another_branch_holds_up_nothing_that_is_said_elsewhere(int number)
    {
        await ClaimAnotherAsync();
        var payload = new { action = "submitted", pull_request = new { number }, review = new { id = 907, body = "Please.", state = "commented", user = Ada }, repository = Shop };

        (await DecideAsync("pull_request_review", payload, number)).Reason.ShouldEndWith("is no pull request of this bot.");
    }

    [Theory]
    [InlineData("failure", "abc", 1)]
    [InlineData("success", "abc", 0)]
    [InlineData("cancelled", "abc", 0)]
    [InlineData("failure", "somebody-elses", 0)]
    public async Task A_check_counts_when_it_failed_on_a_commit_of_the_bot(string conclusion, string sha, int kept)
    {
        var run = new { id = 7, name = "build", head_sha = sha, conclusion, completed_at = "2026-05-01T12:00:30Z", html_url = "u" };
        await _stage.StoreAsync($"{Guid.NewGuid()}", "check_run", JsonSerializer.Serialize(new { action = "completed", check_run = run, repository = Shop }));
        await _stage.DrainAsync();

        (await _stage.Get<IRemarks>().WaitingAsync(Token)).Count.ShouldBe(kept);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_that_ends_while_something_is_decided_makes_its_pull_request_no_strangers(bool isCheck)
    {
        const int pull = 44;
        var check = new Request.CheckFailed(TriggerStage.Shop, null, new FailedCheckRun(7, false, "build", "def", "failure", null, _stage.Time.GetUtcNow()));
        var comment = RemarkReader.Of(new IssueReference(TriggerStage.Shop, pull), check.Check) with { Kind = RemarkKind.Comment, Key = "908" };
        var lease = await ClaimAnotherAsync();

        // It ends just before the decision asks what is at work.
        var queue = Before.Call(_stage.Queue, nameof(ITaskQueue.ListAsync), () => _stage.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "Done.", PullRequestNumber = pull, HeadSha = "def" }, Token));
        var decider = new RemarkDecider(
            _stage.Get<GitHubClient>(), _stage.Get<IRemarks>(), queue, _stage.Get<ServedRepositories>(), _stage.Get<TriggerOptions>(), _stage.Get<FollowUpOptions>());
        var decision = isCheck ? await decider.DecideAsync(check, Token) : await decider.DecideAsync(comment, author: null, Token);

        decision.Outcome.ShouldBe("feedback", decision.Reason);
    }

    private async Task<TaskLease> ClaimAnotherAsync()
    {
        await _stage.Queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Issue, Repository = TriggerStage.Shop, IssueNumber = 14, Title = "T", Description = "D", RequestedBy = "ada", ObservedAt = _stage.Time.GetUtcNow() }, Token);
        return await ClaimAsync();
    }

    private async Task<TaskLease> ClaimAsync() => (await _stage.Queue.ClaimAsync(new WorkerIdentity("w", "b"), new QueueOptions(), Token)).ShouldNotBeNull();

    private static object Ada => new { id = 7, login = "ada", type = "User" };

    private static object Shop => new { full_name = "acme/shop" };

    private static Dictionary<string, object> Payload(string action, string name, object said) =>
        new() { ["action"] = action, [name] = said, ["pull_request"] = new { number = Pull.Number }, ["repository"] = Shop };

    private async Task<DecidedDelivery> DecideAsync(string eventName, object payload, int number = 43)
    {
        await _stage.StoreAsync($"{Guid.NewGuid()}", eventName, JsonSerializer.Serialize(payload));
        (await _stage.DrainAsync()).ShouldBe(1);
        return (await _stage.Inbox.DecisionsForAsync(new IssueReference(TriggerStage.Shop, number), 1, Token)).Single();
    }
}
