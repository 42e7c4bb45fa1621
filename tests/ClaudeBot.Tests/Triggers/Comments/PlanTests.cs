using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Triggers.Comments;

/// <summary>A plan, or a question, waits for people without a worker, and goes on in the same session.</summary>
[Trait("Length", "Long")]
public sealed class PlanTests
{
    private const string PlanFirst = "plan_first: true\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plan_that_is_approved_is_carried_out_in_the_same_session(bool byPoll)
    {
        await using var bench = await CommentBench.StartAsync(byPoll, PlanFirst);
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "1. Write answer.txt.\n2. Tell @tim.").Writes("answer.txt", "42\n");

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Ask>();

        var planned = bench.Agent.Requests.ShouldHaveSingleItem();
        planned.IsReadOnly.ShouldBeTrue();
        planned.Prompt.ShouldContain("make a plan");
        var parked = await bench.TaskAsync();
        (parked.State, parked.Awaits, parked.Attempts).ShouldBe((TaskState.NeedsInput, AwaitedInput.Plan, 0));
        var plan = bench.Answers().ShouldHaveSingleItem();
        plan.ShouldContain("@mona: I have not begun yet.");
        plan.ShouldContain("1. Write answer.txt.");
        plan.ShouldNotContain("@tim", Case.Sensitive, "an agent notifies nobody");
        bench.Issue.LabelNames.ShouldBe(["claude-bot", BotLabels.NeedsInput], ignoreOrder: true);

        var word = await bench.SayAsync("mona", "@claude-bot approve");

        CommentBench.Reactions(word).ShouldBe(["claude-bot +1"]);
        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.End>().Outcome.State.ShouldBe(TaskState.Succeeded);
        var done = bench.Agent.Requests[1];
        done.ResumeSession.ShouldBe("session-1");
        done.IsReadOnly.ShouldBeFalse();
        done.Prompt.ShouldStartWith("mona approved your plan.");
        bench.Issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true);
        bench.Playground.GitHub.Repository(CommentBench.Repository).PullRequests.ShouldHaveSingleItem().Body!.ShouldContain("Asked for by @mona.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plan_that_a_person_edits_is_carried_out_as_it_was_left(bool byPoll)
    {
        await using var bench = await CommentBench.StartAsync(byPoll, PlanFirst);
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "Write answer.txt.").Writes("reply.txt", "42\n");
        await bench.RunAsync();
        var comment = bench.Issue.Comments.Single(comment => PlanComment.TaskOf(comment.Body) is not null);

        bench.GitHubTime.Advance(TimeSpan.FromSeconds(2));
        await bench.Playground.GitHub.EditCommentAsync(CommentBench.Repository, comment.Id, "mona", comment.Body.Replace("Write answer.txt.", "Write reply.txt instead.", StringComparison.Ordinal), Token);
        await bench.HearAsync(comment, "edited", "mona");

        CommentBench.Reactions(comment).ShouldBe(["claude-bot +1"]);
        await bench.RunAsync();
        bench.Agent.Requests[1].Prompt.ShouldContain("Write reply.txt instead.");
        bench.Agent.Requests[1].ResumeSession.ShouldBe("session-1");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_edit_of_the_plan_by_an_account_without_rights_approves_nothing(bool byPoll)
    {
        await using var bench = await CommentBench.StartAsync(byPoll, PlanFirst);
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "Write answer.txt.");
        await bench.RunAsync();
        var comment = bench.Issue.Comments.Single(comment => PlanComment.TaskOf(comment.Body) is not null);
        bench.Playground.GitHub.SetPermission(CommentBench.Repository, "claude-bot", ClaudeBot.Playground.GitHub.State.Permission.Read);
        bench.GitHubTime.Advance(TimeSpan.FromSeconds(2));

        await bench.Playground.GitHub.EditCommentAsync(CommentBench.Repository, comment.Id, "claude-bot", comment.Body + " ", Token);
        await bench.HearAsync(comment, "edited", "claude-bot");

        (await bench.TaskAsync()).State.ShouldBe(TaskState.NeedsInput);
    }

    [Fact]
    public async Task The_command_asks_for_a_plan_where_the_repository_does_not()
    {
        await using var bench = await CommentBench.StartAsync();
        bench.Agent.Ends(AgentEnding.Completed, "Write answer.txt.").Writes("answer.txt", "42\n");

        await bench.SayAsync("mona", "@claude-bot plan");
        await bench.RunAsync();
        await bench.SayAsync("mona", "@claude-bot yes, but in capital letters");
        await bench.RunAsync();

        bench.Agent.Requests[0].IsReadOnly.ShouldBeTrue();
        bench.Agent.Requests[1].Prompt.ShouldStartWith("mona answered your plan.");
        bench.Agent.Requests[1].Prompt.ShouldContain("in capital letters");
        (await bench.TaskAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_question_waits_and_its_answer_goes_on_in_the_same_session_and_files(bool byPoll)
    {
        await using var bench = await CommentBench.StartAsync(byPoll);
        await bench.AskAsync();
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "half.txt"), "half\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "NEEDS-INPUT: Which answer?\n\n- 41\n- 42");
        }).Does(async (request, cancellationToken) =>
        {
            File.Exists(Path.Combine(request.WorkTree, "half.txt")).ShouldBeTrue();
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Done.");
        });

        await bench.RunAsync();
        bench.Answers().ShouldHaveSingleItem().ShouldContain("@mona, before I go on I need an answer:\n\nWhich answer?");
        bench.Issue.LabelNames.ShouldContain(BotLabels.NeedsInput);
        bench.Issue.Comments.First(comment => comment.Body.StartsWith("<!-- claude-bot:issue", StringComparison.Ordinal)).Body.ShouldContain("### Claude Bot has a question");
        await bench.SayAsync("tim", "@claude-bot 41");
        (await bench.TaskAsync()).State.ShouldBe(TaskState.NeedsInput, "tim may not write");

        await bench.SayAsync("mona", "@claude-bot 42, of course");
        await bench.RunAsync();

        var resumed = bench.Agent.Requests[1];
        resumed.ResumeSession.ShouldBe("session-1");
        resumed.Prompt.ShouldStartWith("mona answered your question:");
        resumed.Prompt.ShouldContain("42, of course");
        resumed.Prompt.ShouldNotContain("@claude-bot 41");
        (await bench.TaskAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    [Fact]
    public async Task Nothing_is_pushed_of_what_somebody_answered_whose_rights_were_taken_meanwhile()
    {
        await using var bench = await CommentBench.StartAsync();
        bench.Playground.GitHub.AddUser("ann", "ann-token");
        bench.Playground.GitHub.SetPermission(CommentBench.Repository, "ann", ClaudeBot.Playground.GitHub.State.Permission.Write);
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "NEEDS_INPUT: Which answer?").Does(async (request, cancellationToken) =>
        {
            bench.Playground.GitHub.SetPermission(CommentBench.Repository, "ann", ClaudeBot.Playground.GitHub.State.Permission.Read);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Done.");
        });
        await bench.RunAsync();
        await bench.SayAsync("ann", "@claude-bot 42");

        await bench.RunAsync();

        var task = await bench.TaskAsync();
        (task.State, task.PullRequestUrl).ShouldBe((TaskState.Failed, null));
        bench.Playground.GitHub.Repository(CommentBench.Repository).Branch(task.Branch).ShouldBeNull();
        bench.Issue.Comments.First(comment => comment.Body.StartsWith("<!-- claude-bot:issue", StringComparison.Ordinal)).Body
            .ShouldContain("may no longer write in acme/shop: nothing was pushed.");
    }

    [Theory]
    [InlineData(false, "answered the question")]
    [InlineData(true, "approved the plan")]
    public async Task What_nobody_answers_in_time_is_stopped_politely_and_can_be_taken_up_again(bool isPlan, string reason)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var bench = await CommentBench.StartAsync(policy: isPlan ? PlanFirst : null, more: services => services.AddSingleton(provider =>
            new AnswerDeadline(provider.GetRequiredService<ITaskQueue>(), new ConversationOptions(), time, Microsoft.Extensions.Logging.Abstractions.NullLogger<AnswerDeadline>.Instance)));
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, isPlan ? "Write it." : "NEEDS-INPUT: Which?").Writes("answer.txt", "42\n");
        await bench.RunAsync();

        await bench.Get<AnswerDeadline>().RunOnceAsync(Token);
        (await bench.TaskAsync()).State.ShouldBe(TaskState.NeedsInput);
        time.Advance(TimeSpan.FromDays(7.1));
        await bench.Get<AnswerDeadline>().RunOnceAsync(Token);
        await bench.Get<StateAnnouncer>().RunOnceAsync(Token);

        var task = await bench.TaskAsync();
        (task.State, task.Reason).ShouldBe((TaskState.Cancelled, $"Nobody {reason} within 7 days."));
        bench.Issue.LabelNames.ShouldBe(["claude-bot"]);
        bench.Issue.Comments.First().Body.ShouldContain("`@claude-bot retry`");
        await bench.SayAsync("mona", "@claude-bot retry");
        await bench.RunAsync();
        if (isPlan)
            (await bench.TaskAsync()).Awaits.ShouldBe(AwaitedInput.Plan, "it still needs its approval");
        else
            bench.Agent.Requests[1].Prompt.ShouldStartWith("Nobody answered your question.");
    }

    [Fact]
    public async Task A_bot_that_dies_before_the_task_is_set_aside_asks_once_and_without_the_agent()
    {
        await using var bench = await CommentBench.StartAsync();
        var task = await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Completed, "NEEDS-INPUT: Which?");
        var lease = await bench.ClaimAsync();
        using var interruption = new TaskInterruption();
        await bench.Get<TaskRunner>().RunAsync(lease, interruption);
        await bench.Queue.ReclaimAsync("boot-2", singleMachine: true, Token);

        await bench.RunAsync();

        bench.Agent.Requests.Count.ShouldBe(1);
        bench.Answers().Count.ShouldBe(1);
        ((await bench.TaskAsync()).Id, (await bench.TaskAsync()).State).ShouldBe((task.Id, TaskState.NeedsInput));
    }

    [Fact]
    public async Task What_is_said_while_the_agent_works_becomes_a_task_of_its_own_when_it_is_done()
    {
        await using var bench = await CommentBench.StartAsync();
        var first = await bench.AskAsync();
        bench.Agent.Does(async (request, cancellationToken) =>
        {
            await bench.SayAsync("mona", "@claude-bot and a full stop after it, please");
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "answer.txt"), "42\n", cancellationToken);
            return TestAgent.Result(AgentEnding.Completed, "Done.");
        }).Writes("answer.txt", "42.\n");

        await bench.RunAsync();

        var next = await bench.TaskAsync();
        next.Id.ShouldNotBe(first.Id);
        (next.State, next.RequestedBy, next.Branch).ShouldBe((TaskState.Waiting, "mona", first.Branch));
        await bench.RunAsync();
        bench.Agent.Requests[1].Prompt.ShouldContain("and a full stop after it");
        bench.Playground.GitHub.Repository(CommentBench.Repository).PullRequests.ShouldHaveSingleItem();
        bench.Answers().Count(answer => answer.StartsWith("@mona: done", StringComparison.Ordinal)).ShouldBe(1, "the second time no fresh pull request mentions mona");
    }

    [Fact]
    public async Task A_failure_is_told_once_to_whoever_asked()
    {
        await using var bench = await CommentBench.StartAsync();
        await bench.AskAsync();
        bench.Agent.Ends(AgentEnding.Failed, "Ask @tim.");

        await bench.RunAsync();
        await bench.PostAsync();

        bench.Answers().ShouldHaveSingleItem().ShouldStartWith("@mona: I could not do this.");
        bench.Answers()[0].ShouldNotContain("@tim");
    }
}
