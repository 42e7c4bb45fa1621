using ClaudeBot.FollowUps;
using ClaudeBot.Playground.Faults;
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
        var told = await bench.ToldAsync();
        var token = string.Concat("ghp_", "x7Kp2QmZ4vT9rLw3", "NcB8yHs6JdF1gA5eUoRi");
        await bench.FailAsync("it may be chance\n");

        var first = await bench.FollowUpAsync();

        first.State.ShouldBe(TaskState.Succeeded);
        first.Reason.ShouldContain("A second run was asked for of `build`");
        bench.Bench.Shop.CheckRuns.ShouldHaveSingleItem().Status.ShouldBe("queued");
        bench.Issue.Comments.ShouldBeEmpty("a second try is no news");
        bench.Issue.LabelNames.ShouldBeEmpty();
        (await bench.ToldAsync()).ShouldBe(told);

        await bench.FailAsync($"\u001b[31mexpected 43\u001b[0m in answer.txt\nwith {token}\n<!-- hidden -->\u202E\n");
        bench.Bench.Agent.Writes("answer.txt", "42 or 43\nsecond\nthird\n");
        var repaired = await bench.FollowUpAsync();

        repaired.State.ShouldBe(TaskState.Succeeded, repaired.Reason);
        var prompt = bench.Bench.Agent.Requests[1].Prompt;
        prompt.ShouldContain("build ended as failure:\nexpected 43 in answer.txt\nwith ***");
        prompt.ShouldNotContain(token);
        prompt.ShouldNotContain("\u202E");
        (await bench.CommitsAsync())[0].ShouldBe($"Repair the checks of #{bench.Issue.Number}");
        (await bench.ToldAsync()).Skip(told.Count).Select(post => post.Split(':')[0]).ShouldBe(["comment @mona", $"message acme/shop#{bench.Issue.Number} succeeded"]);
    }

    [Fact]
    public async Task A_failure_that_was_chance_costs_no_run_of_the_agent()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var told = await bench.ToldAsync();
        await bench.FailAsync("it may be chance\n");
        await bench.FollowUpAsync();
        await bench.Bench.Playground.GitHub.EndJobAsync(RunBench.Repository, bench.Pull.HeadSha, "build", "success", "", Token);
        await bench.StoreAsync(new() { Kind = ClaudeBot.FollowUps.RemarkKind.Check, Pull = bench.Reference, Key = "late", At = TimeProvider.System.GetUtcNow() });

        (await bench.FollowUpAsync()).Reason.ShouldBe("No check fails on the branch's last commit any more.");

        bench.Bench.Agent.Requests.Count.ShouldBe(1);
        (await bench.ToldAsync()).ShouldBe(told);
    }

    [Fact]
    public async Task A_fault_before_the_second_try_of_a_check_makes_it_no_news()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.FailAsync("it may be chance\n");
        bench.Bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "GET", $"/pulls/{bench.Issue.Number}$", Count: 1000) { Status = 503 });
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        bench.Bench.Playground.Faults.Clear();
        (await bench.Bench.EndAsync()).Reason.ShouldContain("A second run was asked for of `build`");

        bench.Issue.Comments.ShouldBeEmpty();
        bench.Issue.LabelNames.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_bots_say_when_they_have_had_their_turns_joins_no_repair()
    {
        await using var bench = await FollowUpBench.StartAsync();
        for (var round = 0; round < 3; round++)
        {
            await bench.BotSaysAsync("Once more.");
            await bench.MakeTaskAsync();
            await bench.Bench.Queue.EndAsync(await bench.Bench.ClaimAsync(), new TaskOutcome { State = TaskState.Failed, Reason = "It is a test." }, Token);
        }

        await bench.FailAsync("it may be chance\n");
        await bench.MakeTaskAsync();
        await bench.BotSaysAsync("And again.");

        (await bench.Bench.EndAsync()).Reason.ShouldContain("A second run was asked for of `build`");

        (await bench.Bench.Get<IRemarks>().WaitingAsync(Token)).ShouldHaveSingleItem().Remark.Detail.Text.ShouldBe("And again.");
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

        // Bots that remark on every push do not start the rounds anew, whether they are answered or left.
        var remarks = bench.Bench.Get<IRemarks>();
        await bench.BotSaysAsync("Answered.");
        await remarks.SettleAsync((await remarks.WaitingAsync(Token)).ToDictionary(stored => stored.Seq, _ => "answered"), Token);
        await bench.BotSaysAsync("Left.");
        await remarks.LeaveAsync(await remarks.WaitingAsync(Token), "key", "I stop.", Token);
        var told = await bench.ToldAsync();

        await bench.FailAsync("still wrong\n");
        var outcome = await bench.FollowUpAsync();
        await bench.FailAsync("still wrong\n");
        await bench.FollowUpAsync();

        (await bench.ToldAsync()).Skip(told.Count).ShouldHaveSingleItem("the comment said it, and once").ShouldStartWith($"message acme/shop#{bench.Issue.Number} failed");
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
