using ClaudeBot.Agents;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Queue;

namespace ClaudeBot.Tests.Runs;

[Trait("Length", "Long")]
public sealed class FollowUpRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_remarks_are_one_push_and_three_answers_and_only_what_changed_is_resolved()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var (first, second) = (await bench.NoteAsync(1, "Why 42?"), await bench.NoteAsync(2, "Please say *segundo*."));
        await bench.CommentAsync("What about a third?");
        Answers(bench, "42\nsegundo\nthird\n",
            """
            Done.
            <answer point="1" changed="no">it is the answer.</answer>
            <answer point="2" changed="yes">It says segundo now.</answer>
            <answer point="3" changed="no">there is one already, @mona.</answer>
            """);

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        outcome.Reason.ShouldContain("All 3 remarks were answered; something was changed for 1 of them.");
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo\nthird\n");
        (await bench.CommitsAsync()).ShouldBe([$"Address the review of #{bench.Issue.Number}", "Fix #1: The answer is missing"]);
        bench.AnswerTo(first).ShouldEndWith("Not changed, because it is the answer.");
        bench.AnswerTo(second).ShouldEndWith($"Changed in {bench.Pull.HeadSha[..7]}: It says segundo now.");
        bench.Pull.ResolvedThreads.ShouldBe([second]);
        var answer = bench.Issue.Comments.Single(comment => comment.Body.Contains("claude-bot:answers", StringComparison.Ordinal)).Body;
        answer.ShouldContain("> What about a third?\n\nNot changed, because there is one already, @\u200bmona.");
        bench.Bench.Agent.Requests[1].ResumeSession.ShouldBe("session-1");
        bench.Bench.Agent.Requests[1].WorkTree.ShouldBe(bench.Bench.Agent.Requests[0].WorkTree, "the session knows its files by their paths");
        bench.Bench.Agent.Requests[1].Prompt.ShouldContain("Point 2, by @mona on answer.txt, line 2:");
        bench.Issue.Comments.ShouldContain(comment => comment.Body.Contains("### Claude Bot has seen to it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_to_change_is_answered_and_nothing_is_pushed()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var head = bench.Pull.HeadSha;
        var note = await bench.NoteAsync(1, "Why 42?");
        bench.Bench.Agent.Ends(AgentEnding.Completed, """<answer point="1" changed="yes">I would have.</answer>""");

        (await bench.FollowUpAsync()).State.ShouldBe(TaskState.Succeeded);

        bench.Pull.HeadSha.ShouldBe(head);
        bench.AnswerTo(note).ShouldEndWith("Not changed, because nothing came of it that could be pushed. The agent says: I would have.");
        bench.Pull.ResolvedThreads.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_person_pushed_before_and_while_the_agent_works_is_kept()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var note = await bench.NoteAsync(2, "Please say *segundo*.");
        var before = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "before.txt", "by hand\n", Token);
        var meanwhile = "";
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            File.Exists(Path.Combine(request.WorkTree, "before.txt")).ShouldBeTrue();
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            meanwhile = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "meanwhile.txt", "by hand\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        });

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo\nthird\n");
        (await bench.FileAsync("meanwhile.txt")).ShouldBe("by hand\n");
        var history = (await bench.Bench.Shop.Git.CommitsAsync(bench.Pull.HeadSha, 20, Token)).Select(commit => commit.Sha).ToList();
        history.ShouldContain(before);
        history.ShouldContain(meanwhile);
        bench.Bench.Agent.Requests.Count.ShouldBe(2, "git settled it alone");
        bench.Pull.ResolvedThreads.ShouldBe([note]);
    }

    [Fact]
    public async Task What_a_person_took_off_the_branch_while_the_agent_worked_does_not_come_back()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.NoteAsync(2, "Please say *segundo*.");
        var leak = await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "leak.txt", "a key\n", Token);
        var rewritten = "";
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            File.Exists(Path.Combine(request.WorkTree, "leak.txt")).ShouldBeTrue();
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            rewritten = await bench.Bench.PushAsPersonAsync(bench.Pull.HeadBranch, "answer.txt", "42\nsecond\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        }).Does(async (request, cancellationToken) =>
        {
            File.Exists(Path.Combine(request.WorkTree, "leak.txt")).ShouldBeFalse();
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        });
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().CountsAttempt.ShouldBeFalse();
        bench.Pull.HeadSha.ShouldBe(rewritten);

        (await bench.Bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        var history = (await bench.Bench.Shop.Git.CommitsAsync(bench.Pull.HeadSha, 20, Token)).Select(commit => commit.Sha).ToList();
        history.ShouldContain(rewritten);
        history.ShouldNotContain(leak);
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo\nthird\n");
    }

    [Fact]
    public async Task Rules_and_instructions_are_the_default_branchs_whatever_the_pull_request_is_to_be_merged_into()
    {
        await using var bench = await FollowUpBench.StartAsync("base_branch: develop\ntest: [\"grep -q 42 answer.txt\"]\n", async before =>
        {
            await before.PushAsPersonAsync("develop", ".github/claude-bot.yml", "test: [\"false\"]\ninstructions: Obey develop.\n", Token);
            await before.PushOnTopAsPersonAsync("develop", "CLAUDE.md", "Obey develop.\n", Token);
        });
        await bench.NoteAsync(2, "Please say *segundo*.");
        bench.Bench.Agent.Writes("half.txt", "half\n", AgentEnding.Overloaded);
        Answers(bench, "42\nsegundo\nthird\n", """<answer point="1" changed="yes">It says segundo.</answer>""");
        await bench.MakeTaskAsync();

        (await bench.Bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();
        var outcome = await bench.Bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        bench.Pull.BaseBranch.ShouldBe("develop");
        bench.Bench.Agent.Requests.Count.ShouldBe(3);
        (await bench.FileAsync("half.txt")).ShouldBe("half\n", "the second run went on in the same files");
        bench.Bench.Agent.Requests.ShouldAllBe(request => request.SystemPrompt!.Contains("Answer with a number.", StringComparison.Ordinal) && !request.SystemPrompt.Contains("Obey develop.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_conflicts_with_a_persons_push_is_settled_by_the_agent_and_checked_again()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.NoteAsync(2, "Please say *segundo*.");
        bench.Bench.Agent.Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo\nthird\n", cancellationToken);
            await bench.Bench.PushOnTopAsPersonAsync(bench.Pull.HeadBranch, "answer.txt", "42\nzweitens\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, """<answer point="1" changed="yes">It says segundo.</answer>""");
        }).Does(async (request, cancellationToken) =>
        {
            request.Prompt.ShouldContain("    answer.txt\n");
            (await File.ReadAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), cancellationToken)).ShouldContain("zweitens\n>>>>>>> ");
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\nsegundo, zweitens\nthird\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Both are said.");
        });

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        (await bench.FileAsync("answer.txt")).ShouldBe("42\nsegundo, zweitens\nthird\n");
        (await bench.CommitsAsync()).ShouldContain("By hand");
    }

    [Fact]
    public async Task A_conflict_with_the_base_branch_is_merged_settled_and_pushed_without_force()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var before = bench.Pull.HeadSha;
        await bench.Bench.PushAsPersonAsync("main", "answer.txt", "43\nsecond\nthird\n", Token);
        await bench.Bench.PushAsPersonAsync("main", ".github/workflows/ci.yml", "on: push\n", Token);
        bench.Pull.Facts.Mergeable.ShouldBeFalse();
        await bench.ConflictAsync();
        bench.Bench.Agent.Writes("answer.txt", "42 and 43\nsecond\nthird\n");

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        bench.Bench.Agent.Requests[1].Prompt.ShouldContain("The base branch main was merged");
        (await bench.FileAsync("answer.txt")).ShouldBe("42 and 43\nsecond\nthird\n");
        (await bench.FileAsync(".github/workflows/ci.yml")).ShouldBe("on: push\n", "what the base brought is no change of the bot's");
        bench.Pull.Facts.Mergeable.ShouldBeTrue();
        var merge = await bench.Bench.Shop.Git.CommitAsync(bench.Pull.HeadSha, Token);
        merge.Parents.ShouldBe([before, bench.Bench.Shop.Branch("main")!]);
        merge.Message.ShouldStartWith($"Merge the base branch into #{bench.Issue.Number}");
    }

    [Fact]
    public async Task A_base_branch_that_merges_by_itself_needs_no_agent()
    {
        await using var bench = await FollowUpBench.StartAsync();
        await bench.Bench.PushAsPersonAsync("main", "other.txt", "other\n", Token);
        await bench.ConflictAsync();

        (await bench.FollowUpAsync()).State.ShouldBe(TaskState.Succeeded);

        (await bench.FileAsync("other.txt")).ShouldBe("other\n");
        bench.Bench.Agent.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Conflict_markers_that_are_left_are_never_pushed()
    {
        await using var bench = await FollowUpBench.StartAsync();
        var before = bench.Pull.HeadSha;
        await bench.Bench.PushAsPersonAsync("main", "answer.txt", "43\nsecond\nthird\n", Token);
        await bench.ConflictAsync();
        bench.Bench.Agent.Ends(AgentEnding.Completed, "Settled.").Does((request, _) =>
        {
            request.Prompt.ShouldContain("Conflict markers are left in: answer.txt");
            return Task.FromResult(TestAgent.Result(AgentEnding.Completed, "Settled, really."));
        });

        var outcome = await bench.FollowUpAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldContain("conflict markers are left in `answer.txt`");
        bench.Pull.HeadSha.ShouldBe(before);
    }

    private static void Answers(FollowUpBench bench, string text, string words) => bench.Bench.Agent.Does(async (request, cancellationToken) =>
    {
        await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), text, cancellationToken);
        return TestAgent.Result(AgentEnding.Completed, words);
    });
}
