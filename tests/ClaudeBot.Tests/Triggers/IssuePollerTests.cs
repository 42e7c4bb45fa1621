using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

public sealed class IssuePollerTests : IAsyncLifetime
{
    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync();

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Fact]
    public async Task A_poll_finds_the_issue_and_whoever_put_the_label_on_asked_for_it()
    {
        var summary = await PollAsync();
        await _stage.DrainAsync();

        (summary.Found, summary.Stored).ShouldBe((1, 1));
        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Single().RequestedBy.ShouldBe("ada");
    }

    [Fact]
    public async Task One_repository_that_fails_does_not_stop_the_others()
    {
        // acme/broken answers 404.
        var summary = await PollAsync();

        (summary.Repositories, summary.Failed).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_idle_repository_costs_three_conditional_requests_and_nothing_else()
    {
        await PollAsync();
        await _stage.DrainAsync();
        (await PollAsync()).Unchanged.ShouldBe(0, "the changes are asked for the first time");
        var before = _stage.GitHub.Seen.Count;

        (await PollAsync()).Unchanged.ShouldBe(1);

        var asked = _stage.GitHub.Seen.Skip(before).Where(request => request.PathAndQuery.Contains("shop", StringComparison.Ordinal)).ToArray();
        asked.Length.ShouldBe(3);
        asked.ShouldAllBe(request => request.IfNoneMatch!.StartsWith('"'));
    }

    [Theory]
    [InlineData("bot:completed")]
    [InlineData("bot:failed")]
    public async Task An_issue_with_the_mark_of_a_finished_run_is_left_alone(string label)
    {
        _stage.Labels.Add(label);

        (await PollAsync()).Found.ShouldBe(0);
        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_state_of_an_issue_is_stored_once_also_after_a_restart()
    {
        await PollAsync();
        _stage.Labels.Add("documentation");

        (await PollAsync()).Stored.ShouldBe(0);
        (await _stage.Inbox.CountPendingAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_task_is_not_made_again_by_a_poll_but_by_a_new_request()
    {
        await PollAsync();
        await _stage.DrainAsync();
        var task = (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Single();
        await _stage.Queue.CancelAsync(task.Id, "not now", "operator", Token);
        _stage.Time.Advance(TimeSpan.FromMinutes(5));

        await _stage.StoreAsync("2", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");
        await _stage.DrainAsync();
        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Count.ShouldBe(1);

        _stage.LabelledAt = "2026-05-01T12:04:00Z";
        await _stage.StoreAsync("3", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");
        await _stage.DrainAsync();
        (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_explanation_tells_the_rules_the_tasks_and_the_decisions()
    {
        var explainer = _stage.Get<IssueExplainer>();
        _stage.Permission = "read";
        var before = await explainer.ExplainAsync(TriggerStage.Issue12, Token);
        _stage.Permission = "admin";
        await PollAsync();
        await _stage.DrainAsync();
        var after = await explainer.ExplainAsync(TriggerStage.Issue12, Token);

        before.IsWorkedOn.ShouldBeFalse();
        before.Verdict.ShouldContain("write permission is needed");
        after.IsWorkedOn.ShouldBeTrue();
        after.Verdict.ShouldContain(after.Tasks.Single().Id.Value);
        after.Facts.ShouldAllBe(fact => fact.Holds);
        after.Decisions.Single().Outcome.ShouldBe("task");
    }

    [Fact]
    public async Task An_explanation_holds_without_github()
    {
        _stage.Status = 500;

        var told = await _stage.Get<IssueExplainer>().ExplainAsync(TriggerStage.Issue12, Token);

        told.Verdict.ShouldContain("GitHub cannot be asked now");
    }

    private Task<PollSummary> PollAsync() => _stage.Get<IssuePoller>().PollOnceAsync(Token);
}
