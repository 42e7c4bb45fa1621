using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;

namespace ClaudeBot.Tests.Triggers;

/// <summary>Bots, loops, and words that changed under the hand of whoever asked.</summary>
public sealed class WhoMayAskTests : IAsyncLifetime
{
    private const long Dependabot = 49699333;
    private const long Own = 41;

    private TriggerStage _stage = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _stage = await TriggerStage.OpenAsync(
        adjust: options => options with { AllowedBots = [Dependabot, Own], MaxTasksPerIssueAndHour = 3 });

    public ValueTask DisposeAsync() => _stage.DisposeAsync();

    [Theory]
    [InlineData(Dependabot, "dependabot[bot]", "Bot", "task", "asked for")]
    [InlineData(Dependabot, "renamed", "Bot", "task", "asked for")]
    [InlineData(9, "dependabot[bot]", "Bot", "refused", "ALLOWED_BOTS")]
    [InlineData(7, "ada", "Bot", "refused", "ALLOWED_BOTS")]
    [InlineData(9, "evil[bot]", "User", "refused", "has no permission")]
    [InlineData(Dependabot, "dependabot[bot]", "User", "refused", "has no permission")]
    [InlineData(Own, "claude-bot[bot]", "Bot", "refused", "this bot itself")]
    public async Task Bots_are_known_by_account_type_and_number_never_by_name(long id, string login, string type, string outcome, string reason)
    {
        var decided = await _stage.DecideAsync("labeled", actor: id, login: login, type: type);

        decided.Outcome.ShouldBe(outcome, decided.Reason);
        decided.Reason.ShouldContain(reason);
    }

    [Fact]
    public async Task A_poll_knows_bots_in_the_same_way()
    {
        _stage.LaterEvent = GitHubJson.Event(2, "reopened", GitHubJson.User(9, "ada", "Bot"), null, "2026-05-01T11:59:30Z");
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Inbox.DecisionsForAsync(TriggerStage.Issue12, 1, Token)).ShouldHaveSingleItem().Reason.ShouldContain("ALLOWED_BOTS");
    }

    [Fact]
    public async Task The_task_holds_the_words_that_were_there_when_the_label_was_put_on()
    {
        var words = new { number = 12, title = "Fix the door", body = "It squeaks.", labels = new[] { new { name = "claude-bot" } } };

        (await _stage.DecideAsync("labeled", words: words)).Outcome.ShouldBe("task");

        var task = (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).ShouldHaveSingleItem();
        (task.Title, task.Description).ShouldBe(("Fix the door", "It squeaks."), "GitHub gives an edited text by now");
    }

    [Theory]
    [InlineData("2026-05-01T11:59:00Z", null, null, "task")]
    [InlineData("2026-05-01T11:59:40Z", null, null, "task")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:58:00Z","editor":{"type":"User","login":"mallory","id":8}}""", null, "task")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":{"type":"User","login":"ada","id":7}}""", null, "task")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":{"type":"Bot","login":"dependabot","id":49699333}}""", null, "task")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":{"type":"User","login":"mallory","id":8}}""", null, "refused")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":{"type":"User","login":"ada","id":8}}""", null, "refused")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":{"type":"Bot","login":"ada","id":8}}""", null, "refused")]
    [InlineData("2026-05-01T11:59:40Z", """{"edited_at":"2026-05-01T11:59:40Z","editor":null}""", null, "refused")]
    [InlineData("2026-05-01T11:59:40Z", null, "mallory", "refused")]
    public async Task A_poll_refuses_words_that_somebody_without_rights_changed_after_the_request(string updatedAt, string? edit, string? renamedBy, string outcome)
    {
        (_stage.UpdatedAt, _stage.LastEdit) = (updatedAt, edit);
        _stage.LaterEvent = renamedBy is null ? null : GitHubJson.Event(2, "renamed", GitHubJson.User(8, renamedBy), null, updatedAt);
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await _stage.DrainAsync()).ShouldBe(1, string.Join('\n', (await _stage.Get<IssueExplainer>().ExplainAsync(TriggerStage.Issue12, Token)).Facts));

        var decided = (await _stage.Inbox.DecisionsForAsync(TriggerStage.Issue12, 1, Token)).ShouldHaveSingleItem();
        decided.Outcome.ShouldBe(outcome, decided.Reason);
        if (outcome == "refused")
            decided.Reason.ShouldContain("changed its title or text after @ada asked for it");
    }

    [Fact]
    public async Task A_poll_refuses_when_github_does_not_tell_of_edits()
    {
        (_stage.UpdatedAt, _stage.GraphQlError) = ("2026-05-01T11:59:40Z", "FORBIDDEN");
        await _stage.StoreAsync("1", "poll.issue", """{"repository":{"full_name":"acme/shop"},"issue":{"number":12}}""");

        (await _stage.DrainAsync()).ShouldBe(1);

        (await _stage.Inbox.DecisionsForAsync(TriggerStage.Issue12, 1, Token)).ShouldHaveSingleItem().Reason.ShouldContain("does not tell whether its text was edited");
    }

    [Fact]
    public async Task Programs_that_answer_each_other_are_stopped_and_explained()
    {
        for (var round = 1; round <= 3; round++)
        {
            (await _stage.DecideAsync("unlabeled", "bot:failed")).Outcome.ShouldBe("task");
            await EndAsync();
        }

        var fourth = await _stage.DecideAsync("unlabeled", "bot:failed");
        var explained = await _stage.Get<IssueExplainer>().ExplainAsync(TriggerStage.Issue12, Token);
        _stage.Time.Advance(TimeSpan.FromHours(1));
        var later = await _stage.DecideAsync("labeled");

        fourth.Outcome.ShouldBe("ignored");
        fourth.Reason.ShouldBe("3 tasks were made for it within the last hour, and MAX_TASKS_PER_ISSUE_AND_HOUR allows no more; ask again after 13:00 UTC by taking the label claude-bot off and putting it on.");
        explained.Facts.ShouldContain(fact => !fact.Holds && fact.Sentence == fourth.Reason);
        later.Outcome.ShouldBe("task");
    }

    private async Task EndAsync()
    {
        var active = (await _stage.Queue.FindByIssueAsync(TriggerStage.Issue12, Token)).Single(task => task.IsActive);
        await _stage.Queue.CancelAsync(active.Id, "for the test", "operator", Token);
        _stage.Time.Advance(TimeSpan.FromSeconds(2));
    }
}
