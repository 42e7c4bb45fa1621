using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Runs;

public sealed class TaskRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_labelled_issue_becomes_a_pull_request_that_was_read_back()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        pull.Title.ShouldBe($"Fix #{issue.Number}: The answer is missing");
        pull.Body!.ShouldContain($"Fixes #{issue.Number}");
        pull.Body!.ShouldContain("| test | `sh test.sh` | ✅ passed |");
        pull.Pull!.IsDraft.ShouldBeFalse();
        outcome.HeadSha.ShouldBe(bench.Shop.Branch(bench.Branch));
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "answer.txt", Token)).ShouldBe("42\n");
        issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true);
        var comment = issue.Comments.ShouldHaveSingleItem();
        comment.Body.ShouldContain("### Claude Bot opened a pull request");
        comment.Body.ShouldContain(pull.HtmlUrl);
        bench.Agent.Requests.ShouldHaveSingleItem().SystemPrompt!.ShouldContain("Answer with a number.");
        (await bench.Queue.UnannouncedAsync(10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_no_model_was_named_the_pull_request_tells_the_one_that_did_most_of_the_work()
    {
        await using var bench = await RunBench.StartAsync();
        var (_, task) = await bench.AskAsync();
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            await bench.Journal.AddSpendAsync(task.Id, task.Repository, new TokenUsage("claude-haiku-4-5", 9000, 10, 0, 0), 0.01m, cancellationToken);
            await bench.Journal.AddSpendAsync(task.Id, task.Repository, new TokenUsage("claude-opus-5-5", 100, 100, 0, 0), 0.20m, cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Wrote it.");
        });

        await bench.EndAsync();

        bench.Shop.PullRequests.ShouldHaveSingleItem().Body!.ShouldContain("| scripted | `claude-opus-5-5` |");
    }

    [Fact]
    public async Task One_run_costs_at_most_nine_calls_and_three_content_writes_beside_labels()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");

        await bench.RunAsync();

        var sent = bench.Playground.Requests.All;
        sent.Count.ShouldBeLessThanOrEqualTo(9, string.Join('\n', sent));
        sent.Count(call => call.Method is "POST" or "PATCH" && !call.Path.Contains("/labels", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task A_failing_check_goes_back_to_the_same_session_once()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "41\n").Writes("answer.txt", "42\n");

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded);
        bench.Agent.Requests[1].ResumeSession.ShouldBe("session-1");
        bench.Agent.Requests[1].Prompt.ShouldContain("`sh test.sh` (test) ended with exit code 1");
    }

    [Fact]
    public async Task Checks_that_still_fail_make_a_draft_that_says_so()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "41\n").Writes("answer.txt", "43\n");

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.PullRequestNumber.ShouldNotBeNull();
        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        pull.Pull!.IsDraft.ShouldBeTrue();
        pull.Body!.ShouldContain("> **Draft:** These checks fail: `sh test.sh`.");
        issue.LabelNames.ShouldContain(BotLabels.Failed);
        issue.Comments.Single().Body.ShouldContain(pull.HtmlUrl);
    }

    [Fact]
    public async Task Nothing_to_change_is_said_with_the_agents_reason()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "The answer is there, see @mona.");

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldStartWith("Nothing to change.");
        bench.Shop.PullRequests.ShouldBeEmpty();
        bench.Shop.Branch(bench.Branch).ShouldBeNull();
        issue.LabelNames.ShouldContain(BotLabels.Failed);
        issue.Comments.Single().Body.ShouldContain("The answer is there, see @\u200bmona.");
    }

    [Theory]
    [InlineData(AgentEnding.Failed, "The agent failed: no good")]
    [InlineData(AgentEnding.TimedOut, "There is no change. The agent was stopped after")]
    [InlineData(AgentEnding.OverBudget, "There is no change. The agent was stopped when the task's budget was spent")]
    public async Task An_agent_that_ends_badly_fails_the_task_with_its_reason(AgentEnding ending, string reason)
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Ends(ending, "no good");

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldStartWith(reason);
        issue.LabelNames.ShouldContain(BotLabels.Failed);
    }

    [Fact]
    public async Task What_was_done_when_the_budget_ran_out_is_handed_over_as_a_draft()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n", AgentEnding.OverBudget);

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        bench.Shop.PullRequests.ShouldHaveSingleItem().Pull!.IsDraft.ShouldBeTrue();
    }

    [Fact]
    public async Task An_overloaded_model_uses_no_attempt_and_a_stalled_agent_does()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Overloaded, "529").Ends(AgentEnding.Stalled, "").Writes("answer.txt", "42\n");

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();
        issue.LabelNames.ShouldContain(BotLabels.Queued);
        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeTrue();
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        issue.Comments.Count().ShouldBe(1);
        issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true);
    }

    [Fact]
    public async Task An_invalid_policy_fails_the_task_with_every_fault_and_costs_nothing()
    {
        await using var bench = await RunBench.StartAsync("tset: [x]\nbudget_usd: much\n");
        var (issue, _) = await bench.AskAsync();

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldContain("tset");
        outcome.Reason.ShouldContain("budget_usd");
        issue.Comments.Single().Body.ShouldContain("budget_usd");
        bench.Agent.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_issue_that_was_closed_meanwhile_is_not_worked_on()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        await bench.Playground.GitHub.CloseAsync(RunBench.Repository, issue.Number, "mona", Token);

        (await bench.EndAsync()).State.ShouldBe(TaskState.Cancelled);

        bench.Agent.Requests.ShouldBeEmpty();
    }
}
