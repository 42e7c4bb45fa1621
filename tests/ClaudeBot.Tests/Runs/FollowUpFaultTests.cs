using ClaudeBot.Agents;
using ClaudeBot.FollowUps;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

/// <summary>Follow-ups to which something happens on the way: threads that are gone, people who push, tries that failed.</summary>
[Trait("Length", "Long")]
public sealed class FollowUpFaultTests
{
    private const string Unchanged = """<answer point="1" changed="no">it is the answer.</answer>""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(422)]
    public async Task A_thread_that_takes_no_reply_holds_up_no_other_and_its_answer_is_in_the_comment(int status)
    {
        await using var bench = await FollowUpBench.StartAsync();
        var (closed, open) = (await bench.NoteAsync(1, "Why 42, and is it secret?"), await bench.NoteAsync(2, "Please say *segundo*."));
        Answers(bench, "42\nsegundo\nthird\n",
            """
            <answer point="1" changed="no">it is the answer.</answer>
            <answer point="2" changed="yes">It says segundo now.</answer>
            """);
        bench.Bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", $"/comments/{closed}/replies$") { Status = status });

        var outcome = await bench.FollowUpAsync();

        bench.Bench.Playground.Faults.Waiting.ShouldBeEmpty();
        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        outcome.Reason.ShouldContain("The answer to 1 of them could not be put into its thread, which is gone or closed; it is in a comment.");
        bench.AnswerTo(open).ShouldContain("It says segundo now.");
        bench.Notes.ShouldNotContain(comment => comment.InReplyTo == closed);
        bench.Pull.ResolvedThreads.ShouldBe([open]);
        var comment = bench.Issue.Comments.Single(comment => comment.Body.Contains("claude-bot:answers", StringComparison.Ordinal)).Body;
        comment.ShouldContain("To a remark on `answer.txt`, whose thread takes no reply:\n\nNot changed, because it is the answer.");
        comment.ShouldNotContain("is it secret", Case.Sensitive, "what a person took away is not brought back");
        (await bench.Bench.Get<IRemarks>().OfPullAsync(bench.Reference, Token)).Select(stored => stored.Outcome).ShouldBe(["answered", "changed"]);
    }

    [Fact]
    public async Task A_reply_that_GitHub_only_delays_is_not_given_up()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var note = await bench.NoteAsync(1, "Why 42?");
        bench.Bench.Agent.Ends(AgentEnding.Completed, Unchanged);
        bench.Bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/replies$", Count: 3) { Status = 503 });
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        (await bench.Bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.AnswerTo(note).ShouldEndWith("it is the answer.");
        bench.Bench.Agent.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_persons_commit_stays_a_persons_when_the_bot_only_answers_under_it()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var own = bench.Pull.HeadSha;
        var theirs = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "by-hand.txt", "mine\n", Token);
        await bench.NoteAsync(1, "Why 42?");
        bench.Bench.Agent.Ends(AgentEnding.Completed, Unchanged);

        var answered = await bench.FollowUpAsync();

        answered.State.ShouldBe(TaskState.Succeeded, answered.Reason);
        var remarks = bench.Bench.Get<IRemarks>();
        (await remarks.PullOfCommitAsync(bench.Reference.Repository, theirs, Token)).ShouldBeNull();
        (await remarks.PullOfCommitAsync(bench.Reference.Repository, own, Token)).ShouldBe(bench.Reference);
        await bench.FailAsync("wrong\n");
        var outcome = await bench.FollowUpAsync();
        outcome.State.ShouldBe(TaskState.Cancelled);
        outcome.Reason.ShouldContain("Somebody else pushed");
        bench.Bench.Agent.Requests.Count.ShouldBe(2);

        // Nor does it become the bot's by what is worked on top of it, and what is taken off again stays off.
        await bench.NoteAsync(2, "Please say *segundo*.");
        var rewritten = "";
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            rewritten = await bench.Bench.PushAsPersonAsync(bench.Pull.HeadBranch, "answer.txt", "42\nsecond\nthird\n", cancellationToken);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        });
        await bench.MakeTaskAsync();
        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        bench.Pull.HeadSha.ShouldBe(rewritten);
        (await remarks.PullOfCommitAsync(bench.Reference.Repository, rewritten, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_persons_commit_on_top_of_what_was_pushed_is_no_fault()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var note = await bench.NoteAsync(2, "Please say *segundo*.");
        Answers(bench, "42\nsegundo\nthird\n", """<answer point="1" changed="yes">It says segundo now.</answer>""");
        bench.Bench.Playground.Faults.Add(new Fault(FaultKind.Hold, "POST", "/replies$"));

        var run = bench.FollowUpAsync();
        await Task.WhenAny(bench.Bench.Playground.Faults.WhenHeldAsync(Token), run);
        run.IsCompleted.ShouldBeFalse();
        var own = bench.Pull.HeadSha;
        var theirs = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "by-hand.txt", "mine\n", Token);
        bench.Bench.Playground.Faults.ReleaseHeld();
        var outcome = await run;

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        outcome.HeadSha.ShouldBe(own);
        bench.Pull.HeadSha.ShouldBe(theirs);
        bench.AnswerTo(note).ShouldContain($"Changed in {own[..7]}");
    }

    [Theory]
    [InlineData(AgentEnding.Overloaded)]
    [InlineData(AgentEnding.Stalled)]
    public async Task A_persons_push_outlives_a_run_that_is_cut_off_while_it_settles_the_conflict_with_it(AgentEnding ending)
    {
        await using var bench = await FollowUpBench.StartAsync();
        var note = await bench.NoteAsync(2, "Please say *segundo*.");
        var theirs = "";
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            theirs = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "answer.txt", "42\nzweitens\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        }).Ends(ending, "no");
        Answers(bench, "42\nsegundo, zweitens\nthird\n", """<answer point="1" changed="yes">Both are said.</answer>""");
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        bench.Pull.HeadSha.ShouldBe(theirs);
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo, zweitens\nthird\n");
        (await bench.Bench.Shop.Git.CommitAsync(bench.Pull.HeadSha, Token)).Parents.ShouldContain(theirs, "the bot pushed once, on top of it");
        bench.AnswerTo(note).ShouldEndWith($"Changed in {bench.Pull.HeadSha[..7]}: Both are said.");
        if (ending == AgentEnding.Overloaded)
        {
            // It goes on in the merge, and is told what was merged.
            bench.Bench.Agent.Requests[^1].Prompt.ShouldContain("What others pushed to the branch while you worked was merged into the files");
            bench.Bench.Agent.Requests[^1].Prompt.ShouldNotContain("The base branch");
        }
    }

    [Fact]
    public async Task A_persons_push_outlives_a_stop_of_the_bot_while_it_mends_what_fails_because_of_it()
    {
        await using var bench = await FollowUpBench.StartAsync("test: [\"test ! -e broken.txt -o -e mended.txt\"]");
        var note = await bench.NoteAsync(2, "Please say *segundo*.");
        using var stop = new TaskInterruption();
        var theirs = "";
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            theirs = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "broken.txt", "by hand\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        }).Does(async (_, cancellationToken) =>
        {
            stop.Interrupt(InterruptionKind.Stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("The stop did not reach the agent.");
        }).Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "mended.txt"), "by the bot\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo, and passes.</answer>""");
        });
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync(stop)).ShouldBeOfType<TaskVerdict.Requeue>();
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        (await bench.Bench.Shop.Git.CommitAsync(bench.Pull.HeadSha, Token)).Parents.ShouldContain(theirs, "the bot pushed once, on top of it");
        (await bench.FileAsync("broken.txt")).ShouldBe("by hand\n");
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo\nthird\n");
        bench.AnswerTo(note).ShouldEndWith("It says segundo, and passes.");
    }

    [Fact]
    public async Task What_a_second_try_has_to_say_stands_in_the_place_of_what_the_first_one_said()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var note = await bench.NoteAsync(1, "Please say 43.");
        await bench.CommentAsync("And why?");
        Answers(bench, "43\n", Two("43 it is."));
        Answers(bench, "43\n", Two("43 it is, really."));
        var task = await bench.MakeTaskAsync();
        (await bench.Bench.EndAsync()).State.ShouldBe(TaskState.Failed, "the checks want 42");
        bench.AnswerTo(note).ShouldContain("43 it is, really.");

        (await bench.Bench.Queue.RetryAsync(task.Id, "again", Token)).ShouldBeTrue();
        Answers(bench, "42, 43\n", Two("Both stand there."));
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        bench.AnswerTo(note).ShouldContain("Both stand there.");
        bench.AnswerTo(note).ShouldNotContain("really");
        var comment = bench.Issue.Comments.Where(comment => comment.Body.Contains("claude-bot:answers", StringComparison.Ordinal)).ShouldHaveSingleItem().Body;
        comment.ShouldContain("Both stand there.");

        static string Two(string words) => $"""<answer point="1" changed="yes">{words}</answer> <answer point="2" changed="yes">{words}</answer>""";
    }

    private static void Answers(FollowUpBench bench, string text, string words) => bench.Bench.Agent.Does(async (request, cancellationToken) =>
    {
        await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), text, cancellationToken);
        return TestAgent.Result(AgentEnding.Completed, words);
    });
}
