using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

/// <summary>What becomes of a task when what the bot stands on fails it: nothing of that is the task's own fault.</summary>
public sealed class UpstreamEndingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_key_sends_the_task_back_to_wait_and_uses_no_attempt()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, task) = await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.KeyRefused, "401");

        var verdict = (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();

        verdict.CountsAttempt.ShouldBeFalse();
        verdict.NotBefore.ShouldBeNull("the gateway holds it back until the key is another one");
        verdict.Reason.ShouldContain("refuses the bot's key");
        issue.LabelNames.ShouldContain(BotLabels.Queued);
        (await bench.Queue.FindAsync(task.Id, Token))!.Attempts.ShouldBe(0);
        (await bench.Queue.PausedReasonAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_account_with_nothing_left_pauses_the_queue_with_the_remedy_and_the_task_goes_on_after_it_is_resumed()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.OutOfCredit, "429").Writes("answer.txt", "42\n");

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();

        var reason = (await bench.Queue.PausedReasonAsync(Token)).ShouldNotBeNull();
        reason.ShouldContain("spend limit");
        reason.ShouldContain("resume the queue");
        (await bench.Queue.ClaimAsync(new WorkerIdentity("test", "boot-1"), new QueueOptions(), Token)).ShouldBeNull();

        await bench.Queue.ResumeAsync("operator", Token);
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    [Fact]
    public async Task An_operators_own_pause_keeps_its_reason()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Does(async (_, cancellationToken) =>
        {
            await bench.Queue.PauseAsync("Maintenance.", "operator", cancellationToken);
            return TestAgent.Result(AgentEnding.OutOfCredit, "429");
        });

        await bench.RunAsync();

        (await bench.Queue.PausedReasonAsync(Token)).ShouldBe("Maintenance.");
    }

    [Fact]
    public async Task An_agent_that_was_cut_off_is_tried_again_until_its_attempts_are_used_up()
    {
        await using var bench = await RunBench.StartAsync();
        var (_, task) = await bench.AskAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            bench.Agent.Ends(AgentEnding.Crashed, "exit code 137 and no result");
            (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeTrue();
        }

        var ended = (await bench.Queue.FindAsync(task.Id, Token))!;
        ended.State.ShouldBe(TaskState.Dead);
        ended.Reason!.ShouldContain("137");
    }

    [Fact]
    public async Task A_missing_agent_is_the_operators_to_mend_and_uses_no_attempt()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Does((_, _) => throw new AgentUnavailableException("Claude Code is not installed: run npm ci."));

        var verdict = (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();

        verdict.CountsAttempt.ShouldBeFalse();
        verdict.Reason.ShouldContain("npm ci");
    }

    [Fact]
    public async Task Once_the_work_is_pushed_a_limit_of_github_uses_no_attempt()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        bench.Playground.Faults.Add(new Fault(FaultKind.TooManyRequests, "POST", "/pulls$") { RetryAfterSeconds = 3600 });

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();
    }
}
