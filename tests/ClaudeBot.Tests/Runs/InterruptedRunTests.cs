using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

public sealed class InterruptedRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/issues/1/comments$")]
    [InlineData("/pulls$")]
    [InlineData("/issues/1/labels$")]
    public async Task A_lost_reply_doubles_nothing(string path)
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        bench.Playground.Faults.Add(new Fault(FaultKind.ApplyThenDrop, "POST", path));

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.Playground.Faults.Waiting.ShouldBeEmpty();
        bench.Shop.PullRequests.Count().ShouldBe(1);
        issue.Comments.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_run_cut_off_after_the_push_goes_on_at_the_pull_request()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/pulls$", Count: 3));

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.Agent.Requests.Count.ShouldBe(1);
        bench.Shop.PullRequests.ShouldHaveSingleItem().Body!.ShouldContain("Wrote answer.txt.");
    }

    [Fact]
    public async Task A_commit_that_a_person_took_off_the_branch_is_not_put_in_the_place_of_theirs()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n").Ends(AgentEnding.Overloaded, "no").Writes("answer.txt", "42, really\n");
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/pulls$", Count: 6));
        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        var own = bench.Shop.Branch(bench.Branch)!;
        await bench.PushOnTopAsPersonAsync(bench.Branch, "by-hand.txt", "mine\n", Token);
        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        var theirs = await bench.PushAsPersonAsync(bench.Branch, "anew.txt", "mine\n", Token);

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>("the model is overloaded");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.Playground.Faults.Waiting.ShouldBeEmpty();
        var history = (await bench.Shop.Git.CommitsAsync(bench.Shop.Branch(bench.Branch)!, 10, Token)).Select(commit => commit.Sha).ToList();
        history.ShouldContain(theirs);
        history.ShouldNotContain(own);
    }

    [Fact]
    public async Task A_process_that_dies_before_its_verdict_is_written_ends_with_one_of_everything()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        using var interruption = new TaskInterruption();
        (await bench.Get<ClaudeBot.Runs.TaskRunner>().RunAsync(await bench.ClaimAsync(), interruption)).ShouldBeOfType<TaskVerdict.End>();
        await bench.CrashAsync();

        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.Agent.Requests.Count.ShouldBe(1);
        bench.Shop.PullRequests.Count().ShouldBe(1);
        issue.Comments.Count().ShouldBe(1);
        issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true);
    }

    [Fact]
    public async Task A_stop_sets_the_task_aside_and_says_so()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, task) = await bench.AskAsync();
        using var interruption = new TaskInterruption();
        bench.Agent.Does((_, cancellationToken) => InterruptAsync(interruption, InterruptionKind.Stopping, cancellationToken)).Writes("answer.txt", "42\n");

        (await bench.RunAsync(interruption)).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();

        issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Queued], ignoreOrder: true);
        issue.Comments.Single().Body.ShouldContain("### Claude Bot continues later");
        (await bench.Queue.FindAsync(task.Id, Token))!.Attempts.ShouldBe(0);
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        issue.Comments.Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_task_writes_nothing_more_and_the_announcer_puts_it_right()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, task) = await bench.AskAsync();
        using var interruption = new TaskInterruption();
        var callsAtCancel = 0;
        bench.Agent.Does(async (_, cancellationToken) =>
        {
            await bench.Queue.CancelAsync(task.Id, "No longer wanted.", "operator", cancellationToken);
            callsAtCancel = bench.Playground.Requests.All.Count;
            return await InterruptAsync(interruption, InterruptionKind.LeaseLost, cancellationToken);
        });

        await bench.RunAsync(interruption);
        bench.Playground.Requests.All.Count.ShouldBe(callsAtCancel);

        await bench.Get<StateAnnouncer>().RunOnceAsync(Token);
        issue.LabelNames.ShouldBe(["claude-bot"]);
        issue.Comments.Single().Body.ShouldContain("No longer wanted.");
        (await bench.Queue.UnannouncedAsync(10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_persons_commit_on_the_branch_is_kept_and_worked_on_top_of()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent
            .Does(async (request, cancellationToken) =>
            {
                await bench.PushAsPersonAsync(bench.Branch, "note.txt", "by hand\n", cancellationToken);
                await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
                return TestAgent.Result(AgentEnding.Completed, "Done.");
            })
            .Writes("answer.txt", "42\n");

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "note.txt", Token)).ShouldBe("by hand\n");
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "answer.txt", Token)).ShouldBe("42\n");
    }

    [Fact]
    public async Task A_waiting_task_is_labelled_and_a_vanished_issue_holds_up_no_other()
    {
        await using var bench = await RunBench.StartAsync();
        var (first, _) = await bench.AskAsync();
        var (second, _) = await bench.AskAsync();
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "GET", $"/issues/{first.Number}$") { Status = 410 });

        await bench.Get<StateAnnouncer>().RunOnceAsync(Token);

        first.LabelNames.ShouldNotContain(BotLabels.Queued);
        second.LabelNames.ShouldContain(BotLabels.Queued);
        (await bench.Queue.UnannouncedAsync(10, Token)).ShouldBeEmpty();
    }

    private static async Task<AgentResult> InterruptAsync(TaskInterruption interruption, InterruptionKind kind, CancellationToken cancellationToken)
    {
        interruption.Interrupt(kind);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("The interruption did not reach the agent.");
    }
}
