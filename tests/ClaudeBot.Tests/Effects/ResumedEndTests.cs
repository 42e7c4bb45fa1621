using System.Globalization;
using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.Git;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Effects;

/// <summary>A bot that dies when its work is over and only the end is left to be written down or said.</summary>
[Trait("Length", "Long")]
public sealed class ResumedEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_run_that_dies_while_it_says_so_only_says_so(bool isRecorded)
    {
        await using var bench = await EffectBench.StartAsync();
        var bot = bench.StartBot();
        var task = await bench.AskAsync(bot.Queue);
        bench.Agent.Ends(AgentEnding.Failed, "no good");

        bot = await bench.DieAtRecordAsync(bot, RunStep.Close, isRecorded);
        await bot.WorkAsync();

        bench.Agent.Requests.Count.ShouldBe(1);
        var ended = (await bot.Queue.FindAsync(task.Id, Token))!;
        (ended.State, ended.Reason).ShouldBe((TaskState.Failed, "The agent failed: no good"));
        bench.Issue.Comments.ShouldHaveSingleItem().Body.ShouldContain("The agent failed: no good");
        bench.Issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Failed], ignoreOrder: true);
        (await bot.Queue.UnannouncedAsync(10, Token)).ShouldBeEmpty();

        // Whoever asks for another try gets one from the start.
        (await bot.Queue.RetryAsync(task.Id, "again", Token)).ShouldBeTrue();
        bench.Agent.Writes("answer.txt", "42\n");
        await bot.WorkAsync();
        bench.Agent.Requests[1].ResumeSession.ShouldBeNull();
        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Succeeded);
    }

    [Fact]
    public async Task A_failed_follow_up_that_dies_while_it_says_so_answers_nothing_twice_and_leaves_no_workspace()
    {
        await using var bench = await EffectBench.StartAsync((".github/claude-bot.yml", "test: [\"grep -q 42 answer.txt\"]\n"));
        var (bot, issue, task, note) = await NotedAsync(bench);
        bench.Agent.Writes("answer.txt", "43\n").Writes("answer.txt", "44\n");

        bot = await bench.DieAtRecordAsync(bot, RunStep.Close, isRecorded: false);
        await bot.WorkAsync();

        var ended = (await bot.Queue.FindAsync(task.Id, Token))!;
        ended.State.ShouldBe(TaskState.Failed);
        ended.Reason!.ShouldStartWith("These checks fail:");
        ended.HeadSha.ShouldBe(issue.Pull!.HeadSha);
        bench.Agent.Requests.Count.ShouldBe(3);
        issue.Pull.ReviewComments.Count(comment => comment.InReplyTo == note).ShouldBe(1);
        issue.LabelNames.ShouldBe([BotLabels.Failed]);
        issue.Comments.ShouldHaveSingleItem().Body.ShouldContain("### Claude Bot could not see to it");
        Directory.Exists(bench.Agent.Requests[^1].WorkTree).ShouldBeFalse("a task that is over leaves no workspace");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Work_that_was_pushed_is_not_done_again_because_a_person_pushed_on_top_of_it(bool isFollowUp)
    {
        await using var bench = await EffectBench.StartAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        var bot = bench.StartBot();
        var task = isFollowUp ? null : await bench.AskAsync(bot.Queue);
        if (isFollowUp)
        {
            (bot, _, task, _) = await NotedAsync(bench, bot);
            bench.Agent.Writes("answer.txt", "43\n");
        }

        bot = await bench.DieAtRecordAsync(bot, RunStep.Push, isRecorded: false);
        var own = bench.Shop.Branch(task!.Branch)!;
        await bench.PushAsPersonAsync(task.Branch, "by-hand.txt", "mine\n");
        await bot.WorkAsync();

        bench.Agent.Requests.Count.ShouldBe(isFollowUp ? 2 : 1);
        var ended = (await bot.Queue.FindAsync(task.Id, Token))!;
        ended.State.ShouldBe(TaskState.Succeeded, ended.Reason);
        ended.HeadSha.ShouldBe(own, "the person's commit is not the bot's");
        var pull = bench.Shop.PullRequests.ShouldHaveSingleItem();
        (await bench.Shop.Git.CommitsAsync($"main..{pull.Pull!.HeadSha}", 10, Token)).Count.ShouldBe(isFollowUp ? 3 : 2);
        (await bench.Playground.GitHub.ReadFileAsync(EffectBench.Repository, task.Branch, "by-hand.txt", Token)).ShouldBe("mine\n");
        pull.Pull.ReviewComments.Count(comment => comment.InReplyTo is not null).ShouldBe(isFollowUp ? 1 : 0);
    }

    [Fact]
    public async Task A_push_whose_answer_was_lost_is_found_beneath_what_a_person_pushed_since()
    {
        await using var bench = await EffectBench.StartAsync();
        bench.Agent.Writes("answer.txt", "42\n");
        var bot = bench.StartBot();
        var task = await bench.AskAsync(bot.Queue);
        bench.Playground.Faults.Add(new Fault(FaultKind.ApplyThenHold, "POST", "/git-receive-pack$"));

        var work = bot.WorkAsync();
        await Task.WhenAny(bench.Playground.Faults.WhenHeldAsync(Token), work);
        work.IsCompleted.ShouldBeFalse();
        await bench.PushAsPersonAsync(task.Branch, "by-hand.txt", "mine\n");
        // Longer than a git command may take.
        bot.Clock.Advance(TimeSpan.FromMinutes(11));
        await work;

        bench.Agent.Requests.Count.ShouldBe(1);
        (await bot.Queue.FindAsync(task.Id, Token))!.State.ShouldBe(TaskState.Succeeded);
        (await bot.Journal.FindStepAsync(task.Id, RunStep.Moved, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task An_answer_that_went_into_the_comment_is_not_given_in_its_thread_as_well()
    {
        await using var bench = await EffectBench.StartAsync();
        var (bot, issue, task, note) = await NotedAsync(bench);
        bench.Agent.Ends(AgentEnding.Completed, """<answer point="1" changed="no">it is the answer.</answer>""");
        bench.Playground.Faults.Add(new Fault(FaultKind.ServerError, "POST", "/replies$") { Status = 403 });

        bot = await bench.DieAtRecordAsync(bot, RunStep.AnswerComment, isRecorded: true);
        await bot.WorkAsync();

        bench.Playground.Faults.Waiting.ShouldBeEmpty();
        var ended = (await bot.Queue.FindAsync(task.Id, Token))!;
        ended.State.ShouldBe(TaskState.Succeeded, ended.Reason);
        ended.Reason!.ShouldContain("it is in a comment");
        issue.Pull!.ReviewComments.ShouldNotContain(comment => comment.InReplyTo == note);
        issue.Comments.Count(comment => comment.Body.Contains("it is the answer.", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>A pull request by the bot, and a comment on its diff that a task is to see to.</summary>
    private static async Task<(BotLife Bot, Issue Issue, QueuedTask Task, long Note)> NotedAsync(EffectBench bench, BotLife? begun = null)
    {
        var bot = begun ?? bench.StartBot();
        if (begun is null)
            bench.Agent.Writes("answer.txt", "42\n");
        await bench.AskAsync(bot.Queue);
        await bot.WorkAsync();
        var issue = bench.Shop.PullRequests.ShouldHaveSingleItem();
        var remark = await bench.NoteAsync(issue, "Why 42?");
        return (bot, issue, await EffectBench.RemarkAsync(bot, remark), long.Parse(remark.Key, CultureInfo.InvariantCulture));
    }
}
