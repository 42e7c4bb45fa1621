using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Pages;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class ConcernTests
{
    private static readonly DateTimeOffset Now = StatusWebLab.Start;

    [Fact]
    public void A_bot_that_works_gives_no_concern() => Of("""{"bot_id":"b","status":"running","health":"healthy","queued_tasks":3,"running_tasks":2,"oldest_waiting_at":"2026-03-04T10:00:00Z"}""").ShouldBeEmpty();

    [Theory]
    [InlineData("""{"bot_id":"b","status":"offline","health":"offline"}""", "b has not reported for 20m 0s.")]
    [InlineData("""{"bot_id":"b","status":"idle","health":"unhealthy","problems":["The disk is full."]}""", "b: The disk is full.")]
    [InlineData("""{"bot_id":"b","status":"error","health":"healthy","error":"No ledger"}""", "b: No ledger")]
    [InlineData("""{"bot_id":"b","status":"idle","health":"unhealthy"}""", "b says that it is not well (unhealthy).")]
    [InlineData("""{"bot_id":"b","status":"idle","health":"healthy","day_budget":{"reached":["All is spent."]}}""", "All is spent.")]
    [InlineData("""{"bot_id":"b","status":"running","health":"healthy","running_tasks":0,"oldest_waiting_at":"2026-03-04T10:00:00Z"}""", "b runs nothing, and a task has waited for 2h 0m.")]
    public void What_stands_still_is_urgent_and_says_what_to_do(string report, string what)
    {
        var concern = Of(report).ShouldHaveSingleItem();

        (concern.IsUrgent, concern.What).ShouldBe((true, what));
        concern.Remedy.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(400, 40, true)]
    [InlineData(600, 40, false)]
    [InlineData(1, 1, false)]
    public void A_limit_that_is_nearly_used_up_can_wait_and_one_that_is_full_again_soon_is_none(int remaining, int minutes, bool isTold)
    {
        var details = new BotDetails(
            new BotSystem("", "", "", "", 1, "", Now, 0, 0, 0, 0, ""), [new RateLimit("core", 5000, remaining, Now.AddMinutes(minutes))], new ClaudeBot.StatusWeb.Tasks.WorkHistory([], []), [], [], []);

        var told = Concern.Of([new BotReport(JsonNode.Parse("""{"bot_id":"b","status":"idle","health":"healthy"}""")!.AsObject(), details, Now)], [], 0, 0, Now);

        told.Select(concern => concern.IsUrgent).ShouldBe(isTold ? [false] : []);
    }

    [Fact]
    public void The_urgent_comes_first()
    {
        var told = Concern.Of([Report("""{"bot_id":"b","status":"idle","health":"healthy"}""")], ["paused by ann: rest"], 2, 1, Now);

        told.Select(concern => concern.What).ShouldBe(["The queue is paused: paused by ann: rest", "2 tasks need an answer.", "1 run has failed since midnight."]);
        Concern.Of([], [], 0, 0, Now).ShouldHaveSingleItem().What.ShouldBe("No bot has reported yet.");
    }

    private static IReadOnlyList<Concern> Of(string report) => Concern.Of([Report(report)], [], 0, 0, Now);

    private static BotReport Report(string json) => new(JsonNode.Parse(json)!.AsObject(), null, Now.AddMinutes(-20));
}
