using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

[Trait("Length", "Long")]
public sealed class FailedCheckTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_run_again_once_and_then_repaired_by_what_its_log_says()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var token = string.Concat("ghp_", "x7Kp2QmZ4vT9rLw3", "NcB8yHs6JdF1gA5eUoRi");
        await bench.FailAsync("it may be chance\n");

        var first = await bench.FollowUpAsync();

        first.State.ShouldBe(TaskState.Succeeded);
        first.Reason.ShouldContain("A second run was asked for of `build`");
        bench.Bench.Shop.CheckRuns.ShouldHaveSingleItem().Status.ShouldBe("queued");
        bench.Issue.Comments.ShouldBeEmpty("a second try is no news");
        bench.Issue.LabelNames.ShouldBeEmpty();

        await bench.FailAsync($"\u001b[31mexpected 43\u001b[0m in answer.txt\nwith {token}\n<!-- hidden -->\u202E\n");
        bench.Bench.Agent.Writes("answer.txt", "42 or 43\nsecond\nthird\n");
        var repaired = await bench.FollowUpAsync();

        repaired.State.ShouldBe(TaskState.Succeeded, repaired.Reason);
        var prompt = bench.Bench.Agent.Requests[1].Prompt;
        prompt.ShouldContain("build ended as failure:\nexpected 43 in answer.txt\nwith ***");
        prompt.ShouldNotContain(token);
        prompt.ShouldNotContain("\u202E");
        (await bench.CommitsAsync())[0].ShouldBe($"Repair the checks of #{bench.Issue.Number}");
    }

    [Fact]
    public async Task A_failure_that_was_chance_costs_no_run_of_the_agent()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.FailAsync("it may be chance\n");
        await bench.FollowUpAsync();
        await bench.Bench.Playground.GitHub.EndJobAsync(RunBench.Repository, bench.Pull.HeadSha, "build", "success", "", Token);
        await bench.StoreAsync(new() { Kind = ClaudeBot.FollowUps.RemarkKind.Check, Pull = bench.Reference, Key = "late", At = TimeProvider.System.GetUtcNow() });

        (await bench.FollowUpAsync()).Reason.ShouldBe("No check fails on the branch's last commit any more.");

        bench.Bench.Agent.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task After_three_rounds_the_bot_gives_up_and_says_so_once()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.FailAsync("chance?\n");
        await bench.FollowUpAsync();
        for (var round = 1; round <= 3; round++)
        {
            await bench.FailAsync($"still wrong, round {round}\n");
            bench.Bench.Agent.Writes("answer.txt", $"42, try {round}\n");
            (await bench.FollowUpAsync()).State.ShouldBe(TaskState.Succeeded);
        }

        await bench.FailAsync("still wrong\n");
        var outcome = await bench.FollowUpAsync();
        await bench.FailAsync("still wrong\n");
        await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldStartWith("After 3 rounds of repair these checks still fail on");
        bench.Issue.Comments.Count(comment => comment.Body.Contains("claude-bot:answers", StringComparison.Ordinal)).ShouldBe(1);
        bench.Issue.LabelNames.ShouldBe(["bot:failed"]);
        bench.Bench.Agent.Requests.Count.ShouldBe(4);

        // A word of a person starts the rounds anew.
        await bench.CommentAsync("Please try it with 44.");
        bench.Bench.Agent.Writes("answer.txt", "42, 44\n");
        (await bench.FollowUpAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    [Fact]
    public async Task Checks_on_a_persons_commit_are_left_to_them()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.FailAsync("wrong\n");
        await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "by-hand.txt", "mine\n", Token);
        await bench.Bench.Playground.GitHub.EndJobAsync(RunBench.Repository, bench.Pull.HeadSha, "build", "failure", "wrong\n", Token);

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Cancelled);
        outcome.Reason.ShouldContain("Somebody else pushed");
        bench.Issue.Comments.ShouldBeEmpty();
    }
}
