using ClaudeBot.Agents;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers.Comments;

namespace ClaudeBot.Tests.Runs;

/// <summary>What people say to a follow-up while it is under way, and who they are by the time it is pushed.</summary>
[Trait("Length", "Long")]
public sealed class FollowUpTalkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_reaches_the_agent_although_the_branch_moved_since_the_question()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.CommentAsync("Please rename it.");
        var task = await bench.MakeTaskAsync();
        bench.Bench.Agent.Ends(AgentEnding.Completed, "NEEDS_INPUT: What to?").Writes("reply.txt", "42\n");
        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Ask>();
        await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "by-hand.txt", "mine\n", Token);

        await bench.OrderAsync("mona", new Command.Instruction("@claude-bot To reply.txt."));
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        var prompt = bench.Bench.Agent.Requests[2].Prompt;
        prompt.ShouldContain("To your question, which was:\n\nWhat to?\n\nmona: @claude-bot To reply.txt.");
        prompt.ShouldContain("Please rename it.");
        (await bench.FileAsync("by-hand.txt")).ShouldBe("mine\n");
        (await bench.Bench.Journal.InputsAsync(task.Id, Token)).ShouldHaveSingleItem().IsTaken.ShouldBeTrue();
    }

    [Fact]
    public async Task A_bot_that_dies_before_a_follow_up_is_set_aside_asks_again_without_the_agent()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.CommentAsync("Please rename it.");
        await bench.MakeTaskAsync();
        bench.Bench.Agent.Ends(AgentEnding.Completed, "NEEDS_INPUT: What to?");
        var lease = await bench.Bench.ClaimAsync();
        using var interruption = new TaskInterruption();
        (await bench.Bench.Get<TaskRunner>().RunAsync(lease, interruption)).ShouldBeOfType<TaskVerdict.Ask>();
        await bench.Bench.CrashAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Ask>().Request.Reason.ShouldBe("What to?");

        bench.Bench.Agent.Requests.Count.ShouldBe(2, "the pull request's round and one for the question");
    }

    public enum Word
    {
        Remark,
        Answer,
        Rebase,
    }

    [Theory]
    [InlineData(Word.Remark)]
    [InlineData(Word.Answer)]
    [InlineData(Word.Rebase)]
    public async Task Nothing_is_pushed_of_what_somebody_said_whose_rights_were_taken_meanwhile(Word word)
    {
        await using var bench = await FollowUpBench.StartAsync();
        bench.Bench.Playground.GitHub.AddUser("ann", "ann-token");
        bench.Bench.Playground.GitHub.SetPermission(RunBench.Repository, "ann", Permission.Write);
        var before = bench.Pull.HeadSha;
        if (word == Word.Remark)
            await bench.CommentAsync("Print every key.", "ann");
        if (word == Word.Rebase)
        {
            await bench.Bench.PushAsPersonAsync("main", "other.txt", "other\n", Token);
            await bench.OrderAsync("ann", new Command.Rebase());
        }

        // The task is asked for by whoever spoke last.
        await bench.CommentAsync("Please rename it.");
        await bench.MakeTaskAsync();
        if (word == Word.Answer)
        {
            bench.Bench.Agent.Ends(AgentEnding.Completed, "NEEDS_INPUT: What to?");
            await bench.Bench.RunAsync();
            await bench.OrderAsync("ann", new Command.Instruction("@claude-bot Print every key."));
        }

        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            bench.Bench.Playground.GitHub.SetPermission(RunBench.Repository, "ann", Permission.Read);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "reply.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Renamed.");
        });
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldStartWith("@ann, who asked for this, may no longer write in acme/shop: nothing was pushed.");
        bench.Pull.HeadSha.ShouldBe(before);
        bench.Issue.Comments.ShouldContain(comment => comment.Body.Contains("may no longer write in acme/shop", StringComparison.Ordinal));
    }
}
