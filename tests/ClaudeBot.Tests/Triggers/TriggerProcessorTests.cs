using ClaudeBot.Queue;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

public sealed class TriggerProcessorTests : IAsyncLifetime
{
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task The_label_put_on_by_somebody_who_may_write_makes_a_task_with_the_issues_text()
    {
        _stage.Labels.AddRange(["priority:low", "Priority:High"]);

        var decided = await _stage.DecideAsync("labeled");

        decided.Outcome.ShouldBe("task");
        var task = (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Single();
        (task.Id, task.Title, task.Description, task.Priority).ShouldBe((decided.TaskId!.Value, "Fix the till", "It is broken.", TaskPriority.High));
        (task.RequestedBy, task.RequestedById, task.Kind).ShouldBe(("ada", 7, TaskKind.Issue));
    }

    [Theory]
    [InlineData("opened", null, "task")]
    [InlineData("reopened", null, "task")]
    [InlineData("unlabeled", "bot:failed", "task")]
    [InlineData("unlabeled", "documentation", "ignored")]
    [InlineData("labeled", "documentation", "ignored")]
    [InlineData("edited", null, "ignored")]
    [InlineData("assigned", null, "ignored")]
    public async Task Only_what_asks_for_work_makes_a_task(string action, string? label, string outcome)
    {
        var decided = await _stage.DecideAsync(action, label);

        decided.Outcome.ShouldBe(outcome);
        if (outcome == "ignored")
            decided.Reason.ShouldBe($"The event issues {action}{(label is null ? "" : $" ({label})")} starts nothing: work starts only when an issue gets the label claude-bot.");
    }

    [Theory]
    [InlineData("wontfix", "never worked on")]
    [InlineData("duplicate", "never worked on")]
    [InlineData("Invalid", "never worked on")]
    [InlineData("bot:completed", "remove that label to run again")]
    [InlineData("bot:failed", "remove that label to run again")]
    public async Task Some_labels_keep_an_issue_from_being_worked_on(string label, string reason)
    {
        _stage.Labels.Add(label);

        var decided = await _stage.DecideAsync("labeled");

        decided.Outcome.ShouldBe("ignored");
        decided.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task An_event_that_the_issue_has_outlived_is_ignored()
    {
        _stage.Labels.Clear();

        (await _stage.DecideAsync("labeled")).Reason.ShouldContain("does not carry the label claude-bot");
    }

    [Fact]
    public async Task A_closed_issue_is_ignored()
    {
        _stage.State = "closed";

        (await _stage.DecideAsync("labeled")).Reason.ShouldContain("closed");
    }

    [Fact]
    public async Task A_pull_request_is_ignored()
    {
        _stage.IsPull = true;

        (await _stage.DecideAsync("labeled")).Reason.ShouldContain("is a pull request");
    }

    [Fact]
    public async Task A_repository_that_is_not_served_is_not_even_looked_up()
    {
        (await _stage.DecideAsync("labeled", repository: "evil/shop")).Reason.ShouldContain("not one of the repositories");

        _stage.GitHub.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("read", 7, "ada", "write permission is needed")]
    [InlineData("admin", 8, "ada", "has no permission")]
    [InlineData("admin", 5, "claude-bot[bot]", "has no permission")]
    public async Task Who_may_not_write_is_refused(string permission, long id, string login, string reason)
    {
        _stage.Permission = permission;

        var decided = await _stage.DecideAsync("labeled", actor: id, login: login);

        decided.Outcome.ShouldBe("refused");
        decided.Reason.ShouldContain(reason);
        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_request_finds_the_task_at_work()
    {
        await _stage.DecideAsync("labeled");
        (await _stage.DecideAsync("labeled")).Outcome.ShouldBe("ignored");

        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_waits_while_github_is_away_and_is_decided_later()
    {
        _stage.Status = 502;
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await _stage.DrainAsync()).ShouldBe(0);
        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(1);
        _stage.Status = 200;
        (await _stage.DrainAsync()).ShouldBe(0);
        _stage.Time.Advance(TimeSpan.FromSeconds(5));
        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delivery_whose_task_finds_the_queue_full_waits_until_there_is_room()
    {
        await using var stage = await TriggerStage.OpenAsync(mostWaiting: 1);
        var other = new NewTask
        {
            Kind = TaskKind.Manual,
            Repository = TriggerStage.Shop,
            Title = "Another",
            Description = "Task.",
            RequestedBy = "operator",
            ObservedAt = stage.Time.GetUtcNow(),
        };
        var waiting = (await stage.Queue.EnqueueAsync(other, Token)).ShouldBeOfType<EnqueueResult.Added>().Task.Id;
        await stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await stage.DrainAsync()).ShouldBe(0);
        (await stage.DrainAsync()).ShouldBe(0);
        await stage.Queue.CancelAsync(waiting, "not wanted", "operator", Token);
        stage.Time.Advance(TimeSpan.FromMinutes(1));
        (await stage.DrainAsync()).ShouldBe(1);

        (await stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldHaveSingleItem().State.ShouldBe(TaskState.Waiting);
    }

    [Theory]
    [InlineData("issues", "[]")]
    [InlineData("issues", "not json")]
    [InlineData("issues", """{"action":"labeled","label":{"name":"\ud800"},"issue":{"number":12},"repository":{"full_name":"acme/shop"}}""")]
    [InlineData("issues", """{"action":"labeled","label":{"name":"claude-bot"},"issue":{"number":1e99},"repository":{"full_name":"acme/shop"}}""")]
    [InlineData("issues", """{"action":"labeled","label":{"name":"claude-bot"},"issue":{"number":12},"repository":{"full_name":"acme/shop"},"sender":{"id":"7"}}""")]
    [InlineData("ping", """{"zen":"Keep it logically awesome."}""")]
    [InlineData("poll.issue", """{"repository":7}""")]
    public async Task What_cannot_be_understood_is_decided_once_and_asks_nothing_of_github(string eventName, string body)
    {
        await _stage.StoreAsync("1", eventName, body);

        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(0);
        _stage.GitHub.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("reopened", null)]
    [InlineData("unlabeled", "bot:completed")]
    public async Task A_poll_asks_for_the_permission_of_whoever_asked_again(string happened, string? label)
    {
        _stage.LaterEvent = GitHubJson.Event(2, happened, GitHubJson.User(8, "mallory"), label, "2026-05-01T11:59:30Z");
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldBeEmpty("ada's label does not lend mallory her permission");
        (await _stage.Inbox.DecisionsForAsync(TriggerStage.Issue12, 1, Token)).ShouldHaveSingleItem().Outcome.ShouldBe("refused");
    }

    [Fact]
    public async Task The_running_processor_decides_on_a_signal()
    {
        var processor = _stage.Get<TriggerProcessor>();
        await processor.StartAsync(Token);
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");
        _stage.Get<InboxSignal>().Set();

        await _stage.Get<QueueSignal>().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token);
        await processor.StopAsync(Token);

        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Count.ShouldBe(1);
    }
}
