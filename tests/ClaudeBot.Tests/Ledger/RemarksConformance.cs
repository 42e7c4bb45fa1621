using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using ClaudeBot.Triggers.Comments;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What is said about pull requests, gathered into tasks.</summary>
public abstract class RemarksConformance : StoreConformance
{
    private static readonly IssueReference Pull = new(Repository, 43);

    [Fact]
    public async Task The_same_remark_is_kept_once_whoever_brings_it()
    {
        await OpenPullAsync();

        await SayAsync("1", delivery: "webhook");
        await SayAsync("1", delivery: "poll");

        (await Remarks.OfPullAsync(Pull, Cancellation)).ShouldHaveSingleItem();
        (await Inbox.DecisionsForAsync(Pull, 10, Cancellation)).Select(decision => decision.Outcome).ShouldBe(["ignored", "feedback"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_is_said_is_one_task_once_nothing_more_is_said_and_what_is_said_meanwhile_joins_it()
    {
        var origin = await OpenPullAsync();
        using var maker = Maker();
        await SayAsync("1");
        Time.Advance(TimeSpan.FromSeconds(40));
        await SayAsync("2");
        Time.Advance(TimeSpan.FromSeconds(40));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(0, "people are not quiet yet");

        Time.Advance(TimeSpan.FromSeconds(20));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(1);
        await SayAsync("3");
        var lease = await ClaimAsync();

        (lease.Task.Kind, lease.Task.Issue, lease.Task.Branch, lease.Task.RequestedBy, lease.Task.RequestedById).ShouldBe((TaskKind.PrFeedback, Pull, origin.Branch, "ann", 8));
        (await Remarks.BatchAsync(lease, await Remarks.WaitingAsync(Cancellation), Cancellation)).Select(stored => stored.Remark.Key).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task What_is_said_while_a_task_runs_makes_the_next_one()
    {
        await OpenPullAsync();
        using var maker = Maker();
        await SayAsync("1");
        Time.Advance(TimeSpan.FromMinutes(1));
        await maker.MakeDueAsync(Cancellation);
        var lease = await ClaimAsync();
        (await Remarks.BatchAsync(lease, await Remarks.WaitingAsync(Cancellation), Cancellation)).Count.ShouldBe(1);

        await SayAsync("2");
        Time.Advance(TimeSpan.FromMinutes(5));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(0, "one active task for each pull request");
        (await Remarks.BatchAsync(lease, [], Cancellation)).Count.ShouldBe(1);
        await Queue.EndAsync(lease, Outcome(TaskState.Succeeded), Cancellation);
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(1);

        (await Remarks.BatchAsync(await ClaimAsync(), await Remarks.WaitingAsync(Cancellation), Cancellation)).ShouldHaveSingleItem().Remark.Key.ShouldBe("2");
    }

    [Fact]
    public async Task People_who_never_stop_are_seen_to_all_the_same()
    {
        await OpenPullAsync();
        using var maker = Maker();
        var made = 0;
        for (var minute = 0; minute < 12 && made == 0; minute++)
        {
            await SayAsync($"{minute}");
            Time.Advance(TimeSpan.FromSeconds(55));
            made = await maker.MakeDueAsync(Cancellation);
        }

        made.ShouldBe(1);
    }

    [Fact]
    public async Task More_tasks_than_an_hour_allows_wait_and_lose_nothing()
    {
        await OpenPullAsync();
        using var maker = Maker();
        for (var number = 0; number < 6; number++)
        {
            await SayAsync($"{number}");
            Time.Advance(TimeSpan.FromMinutes(1));
            if (await maker.MakeDueAsync(Cancellation) == 1)
                await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded), Cancellation);
        }

        (await Remarks.WaitingAsync(Cancellation)).ShouldHaveSingleItem().Remark.Key.ShouldBe("5");
        Time.Advance(TimeSpan.FromHours(1));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(1);
    }

    [Fact]
    public async Task A_lease_that_is_gone_gets_no_remarks()
    {
        await OpenPullAsync();
        using var maker = Maker();
        await SayAsync("1");
        Time.Advance(TimeSpan.FromMinutes(1));
        await maker.MakeDueAsync(Cancellation);
        var lease = await ClaimAsync();
        await Queue.CancelAsync(lease.Id, "enough", "operator", Cancellation);

        (await Remarks.BatchAsync(lease, await Remarks.WaitingAsync(Cancellation), Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remarks_that_another_task_took_meanwhile_make_no_second_one()
    {
        var origin = await OpenPullAsync();
        await SayAsync("1");
        var waiting = await Remarks.WaitingAsync(Cancellation);
        var task = FollowUpTask.For(origin, waiting);
        (await Remarks.MakeTaskAsync(task, waiting, Cancellation)).ShouldBeOfType<EnqueueResult.Added>();

        (await Remarks.MakeTaskAsync(task, waiting, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_is_the_bots_own_when_a_task_ended_with_it()
    {
        await OpenPullAsync();

        (await Remarks.PullOfCommitAsync(Repository, "abc", Cancellation)).ShouldBe(Pull);
        (await Remarks.PullOfCommitAsync(Repository, "def", Cancellation)).ShouldBeNull();
        (await Remarks.OriginAsync(new IssueReference(Repository, 44), Cancellation)).ShouldBeNull();
        (await Remarks.PullRequestsAsync(Repository, Cancellation)).ShouldBe([43]);
        (await Remarks.ListeningSinceAsync(Cancellation)).ShouldBeNull("there was no earlier version");
    }

    [Fact]
    public async Task Follow_ups_for_bots_alone_end_after_three_in_a_row_with_one_comment_until_a_person_speaks()
    {
        await OpenPullAsync();
        using var maker = Maker();
        for (var round = 0; round < 6; round++)
            (await RoundAsync(maker, $"{round}", Bot)).ShouldBe(round < 3 ? 1 : 0, $"round {round}");

        var stop = (await StopsAsync()).ShouldHaveSingleItem();
        stop.Subject.ShouldBe(Pull);
        stop.Content.ShouldContain("3 follow-ups in a row");
        (await Remarks.WaitingAsync(Cancellation)).ShouldBeEmpty();
        (await RoundAsync(maker, "person", 8)).ShouldBe(1, "a person is heard");
        (await Remarks.OfPullAsync(Pull, Cancellation)).Where(stored => stored.TaskId is null).Select(stored => stored.Remark.Key).ShouldBe(["3", "4", "5"]);
        for (var round = 6; round < 12; round++)
            (await RoundAsync(maker, $"{round}", Bot)).ShouldBe(round < 9 ? 1 : 0, $"round {round}");
        (await StopsAsync()).Count.ShouldBe(2, "it is said again after a person spoke");
    }

    [Fact]
    public async Task What_a_person_and_checks_say_beside_bots_is_seen_to_all_the_same()
    {
        await OpenPullAsync();
        using var maker = Maker();
        foreach (var round in new[] { "0", "1", "2" })
            await RoundAsync(maker, round, Bot);

        await SayAsync("bot again", author: Bot);
        await SayAsync("check", author: null);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(1);
        var lease = await ClaimAsync();
        (await Remarks.BatchAsync(lease, await Remarks.WaitingAsync(Cancellation), Cancellation)).Select(stored => stored.Remark.Key).ShouldBe(["check"]);
        await Queue.EndAsync(lease, Outcome(TaskState.Succeeded), Cancellation);

        Time.Advance(TimeSpan.FromHours(1));
        await SayAsync("person", author: 8);
        await SayAsync("bot beside", author: Bot);
        Time.Advance(TimeSpan.FromMinutes(1));
        (await maker.MakeDueAsync(Cancellation)).ShouldBe(1);
        (await Remarks.BatchAsync(await ClaimAsync(), await Remarks.WaitingAsync(Cancellation), Cancellation)).Select(stored => stored.Remark.Key).ShouldBe(["person", "bot beside"]);
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(2, 2)]
    public async Task Bots_whose_commands_are_obeyed_no_more_are_told_so_once_whatever_the_limit_was_before(int before, int most)
    {
        for (var number = 0; number < 4; number++)
            await OrderAsync(number, byBot: true, before);

        (await OrderAsync(4, byBot: true, most)).Outcome.ShouldBe("refused");
        await OrderAsync(5, byBot: true, most);

        (await SilencesAsync()).ShouldHaveSingleItem().Content.ShouldStartWith("I stop answering bots here");
        await OrderAsync(6, byBot: false, most);
        for (var number = 7; number < 10; number++)
            (await OrderAsync(number, byBot: true, most)).IsDone.ShouldBe(number < 9, "a person spoke");
        (await SilencesAsync()).Count.ShouldBe(2, "it is said again after a person spoke");
    }

    [Theory]
    [InlineData(8L, true)]
    [InlineData(Bot, false)]
    [InlineData(null, false)]
    public async Task Commands_of_bots_under_a_pull_request_are_obeyed_again_when_a_person_has_said_something_there(long? author, bool obeyed)
    {
        await OpenPullAsync();
        for (var number = 0; number < 3; number++)
            await OrderAsync(number, byBot: true, most: 2);

        await SayAsync("said", author: author);

        (await OrderAsync(3, byBot: true, most: 2)).IsDone.ShouldBe(obeyed);
    }

    private const long Bot = 99;

    /// <summary>A command under the pull request, a minute later.</summary>
    private async Task<CommandResult> OrderAsync(long comment, bool byBot, int most)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        await Inbox.StoreAsync(Delivery($"order-{comment}"), Cancellation);
        var order = new CommandOrder
        {
            Subject = Pull,
            CommentId = comment,
            Command = new Command.Status(),
            By = byBot ? "other-bot[bot]" : "ann",
            ById = byBot ? Bot : 8,
            ByBot = byBot,
            LargestBudgetUsd = 5,
            MostOfBots = most,
            AllowedBots = [Bot],
            Mention = "claude-bot",
        };
        return await Inbox.CarryOutAsync($"order-{comment}", order, Cancellation);
    }

    private async Task<IReadOnlyList<OutgoingPost>> SilencesAsync() =>
        [.. (await Outbox.PendingAsync(100, Cancellation)).Where(post => post.Content.StartsWith("I stop answering bots here", StringComparison.Ordinal))];

    /// <summary>Somebody says something an hour later, and the task that comes of it is done; gives how many were made.</summary>
    private async Task<int> RoundAsync(FollowUpMaker maker, string key, long author)
    {
        Time.Advance(TimeSpan.FromHours(1));
        await SayAsync(key, author: author);
        Time.Advance(TimeSpan.FromMinutes(1));
        var made = await maker.MakeDueAsync(Cancellation);
        if (made == 1)
            await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded), Cancellation);
        return made;
    }

    private async Task<IReadOnlyList<OutgoingPost>> StopsAsync() =>
        [.. (await Outbox.PendingAsync(100, Cancellation)).Where(post => post.Key.StartsWith("bots:", StringComparison.Ordinal))];

    private FollowUpMaker Maker() => new(Remarks, Queue, new QueueSignal(), new FollowUpOptions { AllowedBots = [Bot] }, Time, NullLogger<FollowUpMaker>.Instance);

    private async Task<QueuedTask> OpenPullAsync()
    {
        var task = await AddAsync(Ask());
        await Queue.EndAsync(await ClaimAsync(), Outcome(TaskState.Succeeded) with { PullRequestNumber = Pull.Number, HeadSha = "abc" }, Cancellation);
        Time.Advance(TimeSpan.FromHours(2));
        return task;
    }

    private async Task SayAsync(string key, string delivery = "webhook", long? author = 8)
    {
        var kind = author is null ? RemarkKind.Check : RemarkKind.ReviewComment;
        var remark = new Remark { Kind = kind, Pull = Pull, Key = key, Author = author is null ? null : "ann", AuthorId = author, At = Time.GetUtcNow(), Detail = new RemarkDetail { Text = "Why?", Path = "a.cs", Line = 3 } };
        var id = $"{delivery}-{key}";
        await Inbox.StoreAsync(Delivery(id), Cancellation);
        await Inbox.DecideAsync(id, new Decision { Subject = Pull, Outcome = "feedback", Reason = "It is seen to.", Remark = remark }, Cancellation);
    }
}
