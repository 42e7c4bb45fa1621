using ClaudeBot.Conversation;
using ClaudeBot.Queue;
using ClaudeBot.Tests.OpenApi;

namespace ClaudeBot.Tests.Runs;

[Trait("Length", "Long")]
public sealed class IssueOrderTests
{
    private const string Shop = RunBench.Repository;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blocked_issue_waits_says_so_once_and_is_worked_on_when_its_blocker_is_closed()
    {
        await using var bench = await RunBench.StartAsync();
        var gitHub = bench.Playground.GitHub;
        var first = await gitHub.FileIssueAsync(Shop, "mona", "First", "x", [], Token);
        var (issue, task) = await bench.AskAsync();
        await gitHub.BlockAsync(Shop, issue.Number, first.Number, "mona", Token);

        var verdict = (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        await bench.RunAsync();

        verdict.Reason.ShouldBe($"The issue has to wait: it is blocked by #{first.Number}.");
        verdict.CountsAttempt.ShouldBeFalse();
        (await bench.Queue.FindAsync(task.Id, Token))!.Reason.ShouldBe(verdict.Reason);
        bench.Agent.Requests.ShouldBeEmpty();
        issue.LabelNames.ShouldContain(BotLabels.Queued);
        issue.Comments.ShouldHaveSingleItem().Body.ShouldContain($"blocked by #{first.Number}");
        bench.Playground.Requests.All.Count(call => call.Method is "POST" or "PATCH" && call.Path.Contains("/comments", StringComparison.Ordinal)).ShouldBe(1);

        await gitHub.CloseAsync(Shop, first.Number, "mona", Token);
        bench.Agent.Writes("answer.txt", "42\n");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        bench.Playground.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_issue_waits_for_its_sub_issues()
    {
        await using var bench = await RunBench.StartAsync();
        var gitHub = bench.Playground.GitHub;
        var part = await gitHub.FileIssueAsync(Shop, "mona", "A part", "x", [], Token);
        var (issue, _) = await bench.AskAsync();
        await gitHub.AddSubIssueAsync(Shop, issue.Number, part.Number, "mona", Token);

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().Reason.ShouldBe("The issue has to wait: it has an open sub-issue.");

        await gitHub.CloseAsync(Shop, part.Number, "mona", Token);
        bench.Agent.Writes("answer.txt", "42\n");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    [Fact]
    public async Task Issues_that_wait_for_each_other_are_told_and_wait_no_longer()
    {
        await using var bench = await RunBench.StartAsync();
        var gitHub = bench.Playground.GitHub;
        var second = await gitHub.FileIssueAsync(Shop, "mona", "Second", "x", [], Token);
        var third = await gitHub.FileIssueAsync(Shop, "mona", "Third", "x", [], Token);
        var (issue, _) = await bench.AskAsync();
        await gitHub.BlockAsync(Shop, issue.Number, second.Number, "mona", Token);
        await gitHub.BlockAsync(Shop, second.Number, third.Number, "mona", Token);
        await gitHub.BlockAsync(Shop, third.Number, issue.Number, "mona", Token);

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldStartWith($"These issues wait for each other, so none of them can be worked on: #{issue.Number} waits for #{second.Number} waits for #{third.Number} waits for #{issue.Number}.");
    }

    [Fact]
    public async Task A_part_that_is_blocked_by_its_whole_is_a_circle_too()
    {
        await using var bench = await RunBench.StartAsync();
        var gitHub = bench.Playground.GitHub;
        var whole = await gitHub.FileIssueAsync(Shop, "mona", "The whole", "x", [], Token);
        var (issue, _) = await bench.AskAsync();
        await gitHub.AddSubIssueAsync(Shop, whole.Number, issue.Number, "mona", Token);
        await gitHub.BlockAsync(Shop, issue.Number, whole.Number, "mona", Token);

        (await bench.EndAsync()).Reason.ShouldContain($"#{issue.Number} waits for #{whole.Number} waits for #{issue.Number}.");
    }
}
