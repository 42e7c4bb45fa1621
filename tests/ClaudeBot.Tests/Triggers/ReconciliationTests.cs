using ClaudeBot.Queue;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

/// <summary>GitHub's labels and the ledger's tasks drift apart by lost events, lost data and people's hands; they are brought together.</summary>
public sealed class ReconciliationTests : IAsyncLifetime
{
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData("bot:queued")]
    [InlineData("bot:in-progress")]
    [InlineData("bot:needs-input")]
    public async Task An_issue_left_with_a_label_of_work_under_way_gets_its_task_again_when_the_request_still_holds(string label)
    {
        _stage.Labels.Add(label);

        (await PollAsync()).Found.ShouldBe(1);
        await _stage.DrainAsync();

        (await TaskAsync()).State.ShouldBe(TaskState.Waiting);
        _stage.Get<MissedEvents>().Recovered.ShouldBe(1);
    }

    [Fact]
    public async Task A_label_without_a_valid_request_behind_it_is_taken_off()
    {
        _stage.Labels.Add("bot:in-progress");
        _stage.Permission = "read";

        await PollAsync();
        await _stage.DrainAsync();

        _stage.Labels.ShouldBe(["claude-bot"]);
        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_closed_issue_is_freed_of_the_label_that_a_lost_run_left()
    {
        await PollAsync();
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        _stage.Labels.Add("bot:in-progress");
        (_stage.State, _stage.UpdatedAt) = ("closed", "2026-05-01T12:00:30Z");

        await PollAsync();
        await _stage.DrainAsync();

        _stage.Labels.ShouldBe(["claude-bot"]);
    }

    [Theory]
    [InlineData("closed", "claude-bot")]
    [InlineData("open", "documentation")]
    public async Task The_first_look_frees_issues_of_what_a_bot_with_another_ledger_left(string state, string label)
    {
        _stage.State = state;
        _stage.Labels.Clear();
        _stage.Labels.AddRange([label, "bot:queued"]);

        await PollAsync();
        await _stage.DrainAsync();

        _stage.Labels.ShouldBe([label]);
    }

    [Fact]
    public async Task A_label_put_on_by_hand_after_a_run_is_put_right_to_the_end_of_that_run()
    {
        await EndTaskAsync(TaskState.Failed);
        _stage.Labels.Add("bot:in-progress");

        await PollAsync();
        await _stage.DrainAsync();

        _stage.Labels.ShouldBe(["claude-bot", "bot:failed"]);
    }

    [Fact]
    public async Task An_issue_with_a_task_is_not_looked_up_again()
    {
        await MakeTaskAsync();
        (_stage.UpdatedAt, var before) = ("2026-05-01T12:00:30Z", _stage.GitHub.Seen.Count);
        _stage.Labels.Add("bot:queued");

        (await PollAsync()).Found.ShouldBe(0);

        _stage.GitHub.Seen.Skip(before).ShouldAllBe(request => request.PathAndQuery.Contains("/issues?", StringComparison.Ordinal) || request.PathAndQuery.Contains("/issues/comments?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(404, "issue deleted")]
    [InlineData(410, "issue deleted")]
    [InlineData(301, "issue transferred")]
    public async Task The_task_of_an_issue_that_is_gone_is_cancelled_with_that_reason(int status, string reason)
    {
        await MakeTaskAsync();
        _stage.IssueStatus = status;

        (await PollAsync()).Cancelled.ShouldBe(1);

        var task = await TaskAsync();
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, reason));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_task_of_a_closed_issue_is_cancelled_waiting_or_running(bool running)
    {
        await MakeTaskAsync();
        if (running)
            await ClaimAsync();
        _stage.State = "closed";

        (await PollAsync()).Cancelled.ShouldBe(1);

        (await TaskAsync()).Reason.ShouldBe("issue closed");
    }

    [Theory]
    [InlineData(false, TaskState.Cancelled)]
    [InlineData(true, TaskState.Running)]
    public async Task Taking_the_label_off_ends_a_task_that_waits_and_not_one_that_runs(bool running, TaskState state)
    {
        await MakeTaskAsync();
        if (running)
            await ClaimAsync();
        _stage.Labels.Remove("claude-bot");

        await PollAsync();

        var task = await TaskAsync();
        task.State.ShouldBe(state);
        if (!running)
            task.Reason.ShouldBe("label removed");
    }

    [Fact]
    public async Task What_an_operator_asked_for_needs_no_label()
    {
        await _stage.Queue.EnqueueAsync(
            new NewTask
            {
                Kind = TaskKind.Manual,
                Repository = TriggerStage.Shop,
                IssueNumber = 12,
                Title = "By hand",
                Description = "",
                RequestedBy = "operator",
                ObservedAt = _stage.Time.GetUtcNow(),
            },
            Token);
        _stage.Labels.Clear();

        (await PollAsync()).Cancelled.ShouldBe(0);

        (await TaskAsync()).State.ShouldBe(TaskState.Waiting);
    }

    [Theory]
    [InlineData("closed", null, "closed", 200, "issue closed")]
    [InlineData("deleted", null, "open", 410, "issue deleted")]
    [InlineData("transferred", null, "open", 301, "issue transferred")]
    [InlineData("unlabeled", "claude-bot", "open", 200, "label removed")]
    public async Task A_webhook_that_ends_the_request_cancels_the_task_at_once(string action, string? label, string state, int status, string reason)
    {
        await MakeTaskAsync();
        (_stage.State, _stage.IssueStatus) = (state, status);
        if (label is not null)
            _stage.Labels.Remove(label);

        var decided = await _stage.DecideAsync(action, label);

        decided.Outcome.ShouldBe("cancelled");
        var task = await TaskAsync();
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, reason));
        _stage.Get<MissedEvents>().Recovered.ShouldBe(1, "the task itself came by the poll, its end did not");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task What_GitHub_sent_again_on_request_counts_as_recovered_and_what_came_by_itself_does_not(bool redelivered, int recovered)
    {
        const string Body = """{"action":"labeled","label":{"name":"claude-bot"},"issue":{"number":12},"repository":{"full_name":"acme/shop"},"sender":{"id":7,"login":"ada","type":"User"}}""";
        if (redelivered)
            await _stage.Get<IIntakeProgress>().MarkRedeliveredAsync("d-1", Token);
        await _stage.StoreAsync("d-1", "issues", Body);
        await _stage.DrainAsync();

        (await TaskAsync()).State.ShouldBe(TaskState.Waiting);
        _stage.Get<MissedEvents>().Recovered.ShouldBe(recovered);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_issue_that_the_tasks_own_merged_pull_request_closed_ends_no_task(bool byWebhook, bool itsOwn)
    {
        await MakeTaskAsync();
        await ClaimAsync();
        var running = await TaskAsync();
        _stage.State = "closed";
        _stage.Pulls = $"[{GitHubJson.PullRequest(13, running.Branch, "closed", "2026-05-01T12:00:00Z", $"<!-- claude-bot:task {(itsOwn ? running.Id : "acme--shop--issue-12-000000")} -->\nFixes #12")}]";

        if (byWebhook)
            (await _stage.DecideAsync("closed", null)).Outcome.ShouldBe(itsOwn ? "ignored" : "cancelled");
        else
            (await PollAsync()).Cancelled.ShouldBe(itsOwn ? 0 : 1);

        (await TaskAsync()).State.ShouldBe(itsOwn ? TaskState.Running : TaskState.Cancelled);
    }

    [Fact]
    public async Task A_closing_that_was_undone_meanwhile_cancels_nothing()
    {
        await MakeTaskAsync();

        var decided = await _stage.DecideAsync("closed", null);

        decided.Outcome.ShouldBe("ignored");
        decided.Reason.ShouldContain("goes on");
        (await TaskAsync()).IsActive.ShouldBeTrue();
    }

    [Fact]
    public async Task The_label_put_on_again_after_its_removal_makes_a_new_task()
    {
        await MakeTaskAsync();
        _stage.Labels.Remove("claude-bot");
        await PollAsync();
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        _stage.Labels.Add("claude-bot");
        (_stage.UpdatedAt, _stage.LabelledAt) = ("2026-05-01T12:01:00Z", "2026-05-01T12:01:00Z");

        await PollAsync();
        await _stage.DrainAsync();

        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Select(task => task.State).ShouldBe([TaskState.Waiting, TaskState.Cancelled]);
    }

    [Fact]
    public async Task A_look_that_a_rate_limit_cut_short_leaves_the_cursor_where_it_was()
    {
        await PollAsync();
        var progress = _stage.Get<IIntakeProgress>();
        var cursor = await progress.CursorAsync("issues:acme/shop", Token);
        _stage.UpdatedAt = "2026-05-01T12:30:00Z";
        _stage.Status = 429;
        _stage.Time.Advance(TimeSpan.FromHours(1));

        (await PollAsync()).RetryAt.ShouldNotBeNull();
        (await progress.CursorAsync("issues:acme/shop", Token)).ShouldBe(cursor);

        _stage.Status = 200;
        _stage.Time.Advance(TimeSpan.FromMinutes(2));
        (await PollAsync()).Failed.ShouldBe(1, "the repository that is not there");
        (await progress.CursorAsync("issues:acme/shop", Token)).ShouldBe(new DateTimeOffset(2026, 5, 1, 12, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Changes_are_asked_for_from_two_minutes_before_the_cursor()
    {
        await PollAsync();
        await PollAsync();

        _stage.GitHub.Seen.Last(request => request.PathAndQuery.Contains("state=all&since", StringComparison.Ordinal)).PathAndQuery.ShouldBe("/repos/acme/shop/issues?state=all&since=2026-05-01T11:58:00Z&sort=updated&direction=asc&per_page=100");
    }

    private Task<PollSummary> PollAsync() => _stage.Get<IssuePoller>().PollOnceAsync(Token);

    private async Task MakeTaskAsync()
    {
        await PollAsync();
        await _stage.DrainAsync();
        (await TaskAsync()).State.ShouldBe(TaskState.Waiting);
    }

    private async Task EndTaskAsync(TaskState state)
    {
        await MakeTaskAsync();
        await _stage.Queue.EndAsync(await ClaimAsync(), new TaskOutcome { State = state, Reason = "It ended." }, Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        _stage.UpdatedAt = "2026-05-01T12:00:59Z";
    }

    private async Task<TaskLease> ClaimAsync() =>
        (await _stage.Queue.ClaimAsync(new WorkerIdentity("test", "boot-1"), new QueueOptions(), Token)).ShouldNotBeNull();

    private async Task<QueuedTask> TaskAsync() => (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldHaveSingleItem();
}
