using ClaudeBot.FollowUps;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;
using ClaudeBot.Triggers.Comments;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What goes with age, and what stays because later runs stand on it.</summary>
public sealed class SqliteRetentionTests : IAsyncDisposable
{
    private static readonly RepositoryName Demo = RepositoryName.Parse("octo/demo");
    private static readonly WorkerIdentity Worker = new("host-1", "boot-1");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    private readonly SqliteLedger _ledger;
    private readonly SqliteTaskQueue _queue;
    private readonly SqliteRunJournal _journal;
    private readonly SqliteInbox _inbox;
    private readonly SqliteRemarks _remarks;
    private readonly SqliteRetention _retention;

    public SqliteRetentionTests()
    {
        _ledger = new SqliteLedger(new() { DataDirectory = _folder.Path }, _time);
        _queue = new SqliteTaskQueue(_ledger, new QueueNotices(), _time);
        _journal = new SqliteRunJournal(_ledger, _time);
        _inbox = new SqliteInbox(_ledger, new QueueNotices(), _time);
        _remarks = new SqliteRemarks(_ledger, new QueueNotices(), _time);
        _retention = new SqliteRetention(_ledger, _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Of_each_issue_only_the_task_that_ended_last_stays_and_the_branch_is_remembered()
    {
        var first = await RunAsync(42, "Fix the parser", TaskState.Failed);
        var second = await RunAsync(42, "Fix the parser", TaskState.Succeeded);
        var manual = await RunAsync(null, "Tidy up", TaskState.Succeeded);
        _time.Advance(TimeSpan.FromDays(40));
        var seen = _time.GetUtcNow() - TimeSpan.FromDays(41);

        var counted = await _retention.CountAsync(Ago(30), Cancellation);
        var pruned = await _retention.PruneAsync(Ago(30), "operator", Cancellation);

        pruned.ShouldBe(counted, "a dry run tells what would happen");
        (pruned.Tasks, pruned.Emptied).ShouldBe((2, 1));
        (await _queue.FindAsync(first, Cancellation)).ShouldBeNull();
        (await _queue.FindAsync(manual, Cancellation)).ShouldBeNull();
        var memory = (await _queue.FindAsync(second, Cancellation)).ShouldNotBeNull();
        memory.Description.ShouldBeEmpty();
        memory.CostUsd.ShouldBe(0.5m);
        (await _journal.StepsAsync(second, Cancellation)).ShouldBeEmpty();
        (await _queue.EnqueueAsync(Ask(42, "Renamed") with { ObservedAt = seen }, Cancellation)).ShouldBeOfType<EnqueueResult.Stale>("what was asked for before the end is still known to be done");
        (await _queue.EnqueueAsync(Ask(42, "Renamed"), Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task.Branch.ShouldBe(memory.Branch);
        (await _queue.EnqueueAsync(Ask(900, "Feedback"), Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task.Branch.ShouldBe(memory.Branch, "also for its pull request");
        (await _retention.PruneAsync(Ago(30), "operator", Cancellation)).ShouldBe(new PrunedRows(0, 0, 0, 0));
    }

    [Fact]
    public async Task What_can_be_retried_keeps_its_text()
    {
        var failed = await RunAsync(7, "Fix it", TaskState.Failed);
        _time.Advance(TimeSpan.FromDays(40));
        (await _retention.PruneAsync(Ago(30), "operator", Cancellation)).Emptied.ShouldBe(1);

        (await _queue.RetryAsync(failed, "again", Cancellation)).ShouldBeTrue();
        (await _queue.FindAsync(failed, Cancellation))!.Description.ShouldBe("It drops the last line.");
    }

    [Fact]
    public async Task Active_tasks_keep_everything_however_old()
    {
        var waiting = Added(await _queue.EnqueueAsync(Ask(1, "Waiting"), Cancellation));
        var asking = Added(await _queue.EnqueueAsync(Ask(2, "Asking"), Cancellation));
        var lease = (await _queue.ClaimAsync(Worker, new QueueOptions(), Cancellation))!;
        await _journal.BeginStepAsync(lease.Id, lease.Fence, "push", "{}", Cancellation);
        await _queue.AskAsync(lease, new InputRequest(AwaitedInput.Question, "Which?", null), Cancellation);
        _time.Advance(TimeSpan.FromDays(400));

        (await _retention.PruneAsync(Ago(30), "operator", Cancellation)).ShouldBe(new PrunedRows(0, 0, 0, 0));

        (await _queue.FindAsync(waiting, Cancellation)).ShouldNotBeNull();
        (await _queue.FindAsync(asking, Cancellation)).ShouldNotBeNull();
        (await _journal.StepsAsync(lease.Id, Cancellation)).Count.ShouldBe(1);
        (await EventsAsync()).ShouldBe(4, "their history stays with them");
    }

    [Fact]
    public async Task What_was_said_about_a_pull_request_loses_its_words_when_all_its_tasks_are_over_and_old()
    {
        await RunAsync(42, "Fix the parser", TaskState.Succeeded);
        await FollowAsync(900, "1", TaskState.Succeeded, "abc");
        _time.Advance(TimeSpan.FromDays(20));
        await FollowAsync(900, "2", TaskState.Succeeded, null);
        _time.Advance(TimeSpan.FromDays(20));
        await _retention.PruneAsync(Ago(30), "operator", Cancellation);
        (await WordsAsync(900)).ShouldBe(["Why 1?", "Why 2?"], "one of its tasks is young");
        (await _remarks.PullOfCommitAsync(Demo, "abc", Cancellation)).ShouldBe(new IssueReference(Demo, 900), "a later task that pushed nothing is no memory of the bot's own commit");
        _time.Advance(TimeSpan.FromDays(20));

        await _retention.PruneAsync(Ago(30), "operator", Cancellation);

        (await WordsAsync(900)).ShouldBe(["", ""]);
        var remarks = await _remarks.OfPullAsync(new IssueReference(Demo, 900), Cancellation);
        remarks.ShouldAllBe(stored => stored.Remark.Detail.Hunk == null && stored.Remark.Detail.Path == null);
        remarks.Select(stored => (stored.Remark.Key, stored.Remark.Detail.Url, stored.Outcome)).ShouldBe([("1", "https://octo.test/1", "changed"), ("2", "https://octo.test/2", "changed")]);
        (await _remarks.PullOfCommitAsync(Demo, "abc", Cancellation)).ShouldNotBeNull();
        await SayAsync(900, "1");
        (await _remarks.WaitingAsync(Cancellation)).ShouldBeEmpty("what was said is still known");
    }

    [Fact]
    public async Task What_bots_said_and_no_task_saw_to_loses_its_words_too()
    {
        await RunAsync(42, "Fix the parser", TaskState.Succeeded);
        await SayAsync(900, "1");
        await _remarks.LeaveAsync(await _remarks.WaitingAsync(Cancellation), "key", "I stop.", Cancellation);
        await SayAsync(900, "2");
        _time.Advance(TimeSpan.FromDays(40));

        await _retention.PruneAsync(Ago(30), "operator", Cancellation);

        (await WordsAsync(900)).ShouldBe(["", "Why 2?"], "what waits stays");
        (await _remarks.OfPullAsync(new IssueReference(Demo, 900), Cancellation))[0].Outcome.ShouldBe("left");
    }

    [Fact]
    public async Task What_is_left_is_not_looked_through_for_what_waits()
    {
        var plan = await _ledger.ReadAsync(
            connection => connection.Query($"EXPLAIN QUERY PLAN SELECT detail FROM remarks WHERE {SqliteRemarks.Waits} ORDER BY seq").Select(row => (string)row.detail).ToList(), Cancellation);
        var condition = await _ledger.ReadAsync(connection => connection.ExecuteScalar<string>("SELECT sql FROM sqlite_schema WHERE name = 'remarks_waiting'"), Cancellation);

        plan.ShouldHaveSingleItem().ShouldContain("INDEX remarks_waiting");
        condition!.ShouldContain(SqliteRemarks.Waits);
    }

    [Fact]
    public async Task Words_that_a_task_may_still_be_asked_to_see_to_stay()
    {
        await RunAsync(42, "Fix the parser", TaskState.Succeeded);
        await FollowAsync(900, "1", TaskState.Succeeded, "abc");
        await FollowAsync(900, "2", TaskState.Failed, null);
        await SayAsync(900, "3");
        _time.Advance(TimeSpan.FromDays(40));

        await _retention.PruneAsync(Ago(30), "operator", Cancellation);

        (await WordsAsync(900)).ShouldBe(["", "Why 2?", "Why 3?"]);
    }

    [Fact]
    public async Task Nothing_younger_than_three_days_goes_whatever_is_asked()
    {
        var done = await RunAsync(null, "Tidy up", TaskState.Succeeded);
        await DecideAsync("d-1");
        _time.Advance(TimeSpan.FromDays(2));

        (await _retention.PruneAsync(_time.GetUtcNow(), "operator", Cancellation)).ShouldBe(new PrunedRows(0, 0, 0, 0));
        (await _journal.SpendAsync(done, Cancellation)).Usd.ShouldBe(0.5m, "spend caps look back two days");

        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(10));
        (await _retention.PruneAsync(_time.GetUtcNow(), "operator", Cancellation)).ShouldBe(new PrunedRows(1, 0, 1, 3));
    }

    [Fact]
    public async Task Undecided_deliveries_stay_and_the_counts_of_what_ended_never_fall()
    {
        for (var number = 0; number < 3; number++)
            await RunAsync(null, "Tidy up", TaskState.Succeeded);
        await DecideAsync("old");
        await _inbox.StoreAsync(Delivery("undecided"), Cancellation);
        _time.Advance(TimeSpan.FromDays(40));

        (await _retention.PruneAsync(Ago(30), "operator", Cancellation)).Deliveries.ShouldBe(1);

        (await _inbox.CountPendingAsync(Cancellation)).ShouldBe(1);
        (await _queue.ListAsync(new TaskFilter(), Cancellation)).ShouldBeEmpty();
        (await _queue.CountAsync(Cancellation)).ByState[TaskState.Succeeded].ShouldBe(3);
    }

    [Fact]
    public async Task A_comment_that_the_poll_may_read_again_is_still_known_to_be_obeyed()
    {
        (await ObeyAsync("d-1", 1)).IsDone.ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(2));
        // The newest comment of the repository, which stays within the poll's window until a newer one comes.
        (await ObeyAsync("d-2", 2)).IsDone.ShouldBeTrue();
        await new SqliteIntakeProgress(_ledger, _time).MoveCursorAsync($"comments:{Demo}", _time.GetUtcNow(), Cancellation);
        _time.Advance(TimeSpan.FromDays(400));

        await _retention.PruneAsync(Ago(30), "operator", Cancellation);

        (await ObeyAsync("d-3", 2)).Reason.ShouldBe("This comment was taken already.");
        (await _ledger.ReadAsync(connection => connection.Query<long>("SELECT comment_id FROM commands").ToList(), Cancellation)).ShouldBe([2], "what is older than the window goes");
    }

    [Fact]
    public async Task Shrinking_gives_the_space_back()
    {
        for (var number = 0; number < 200; number++)
            await DecideAsync($"d-{number}", new byte[10_000]);
        _time.Advance(TimeSpan.FromDays(40));
        (await _retention.PruneAsync(Ago(30), "operator", Cancellation)).Deliveries.ShouldBe(200);

        _retention.Shrink().ShouldBeGreaterThan(1_500_000);
    }

    [Theory]
    [InlineData(SqliteRetention.OldTasksSql, "tasks_ended")]
    [InlineData(SqliteRetention.FullMemoriesSql, "tasks_ended")]
    [InlineData(SqliteRetention.OldDeliveriesSql, "deliveries_decided")]
    [InlineData(SqliteRetention.OldEventsSql, "events_at")]
    [InlineData(SqliteRetention.OldRemarksSql, "remarks_task")]
    [InlineData(SqliteRetention.OldRemarksSql, "remarks_left")]
    public async Task What_is_old_is_found_by_its_time(string sql, string index)
    {
        var plan = await _ledger.ReadAsync(
            connection => connection.Query($"EXPLAIN QUERY PLAN {sql}", new { before = 0L }).Select(row => (string)row.detail).ToList(), Cancellation);

        plan.ShouldContain(step => step.Contains($"INDEX {index}", StringComparison.Ordinal), string.Join('\n', plan));
        plan.ShouldNotContain(step => step.StartsWith("SCAN", StringComparison.Ordinal) && !step.Contains("INDEX", StringComparison.Ordinal), string.Join('\n', plan));
    }

    private DateTimeOffset Ago(int days) => _time.GetUtcNow() - TimeSpan.FromDays(days);

    private Task<long> EventsAsync() => _ledger.ReadAsync(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM events"), Cancellation);

    /// <summary>A task from its request to its end, with a step, an attempt and half a dollar.</summary>
    private async Task<TaskId> RunAsync(int? issue, string title, TaskState end)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await _queue.EnqueueAsync(Ask(issue, title), Cancellation);
        var lease = (await _queue.ClaimAsync(Worker, new QueueOptions(), Cancellation)).ShouldNotBeNull();
        await _journal.BeginAttemptAsync(lease.Id, "w", Cancellation);
        await _journal.BeginStepAsync(lease.Id, lease.Fence, "push", "{}", Cancellation);
        await _journal.AddSpendAsync(lease.Id, Demo, new TokenUsage("model", 1, 1, 0, 0), 0.5m, Cancellation);
        await _queue.EndAsync(lease, new TaskOutcome { State = end, Reason = "because", PullRequestNumber = end == TaskState.Succeeded && issue is not null ? 900 : null }, Cancellation);
        return lease.Id;
    }

    /// <summary>A remark about a pull request, and the task that saw to it.</summary>
    private async Task FollowAsync(int number, string key, TaskState end, string? sha)
    {
        await SayAsync(number, key);
        var waiting = await _remarks.WaitingAsync(Cancellation);
        await _remarks.MakeTaskAsync(Ask(number, "Address the review") with { Kind = TaskKind.PrFeedback, ObservedAt = DateTimeOffset.MaxValue }, waiting, Cancellation);
        var lease = (await _queue.ClaimAsync(Worker, new QueueOptions(), Cancellation)).ShouldNotBeNull();
        await _remarks.SettleAsync(waiting.ToDictionary(stored => stored.Seq, _ => "changed"), Cancellation);
        await _queue.EndAsync(lease, new TaskOutcome { State = end, Reason = "because", PullRequestNumber = number, HeadSha = sha }, Cancellation);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task SayAsync(int number, string key)
    {
        var remark = new Remark
        {
            Kind = RemarkKind.ReviewComment,
            Pull = new IssueReference(Demo, number),
            Key = key,
            AuthorId = 8,
            Author = "ann",
            At = _time.GetUtcNow(),
            Detail = new RemarkDetail { Text = $"Why {key}?", Url = $"https://octo.test/{key}", Path = "a.cs", Hunk = "@@ -1 +1 @@" },
        };
        var id = $"{Guid.NewGuid()}";
        await _inbox.StoreAsync(Delivery(id), Cancellation);
        await _inbox.DecideAsync(id, new Decision { Subject = remark.Pull, Outcome = "feedback", Reason = "It is seen to.", Remark = remark }, Cancellation);
    }

    private async Task<IEnumerable<string>> WordsAsync(int number) =>
        (await _remarks.OfPullAsync(new IssueReference(Demo, number), Cancellation)).Select(stored => stored.Remark.Detail.Text);

    private async Task DecideAsync(string id, byte[]? body = null)
    {
        await _inbox.StoreAsync(Delivery(id) with { Body = body ?? "{}"u8.ToArray() }, Cancellation);
        await _inbox.DecideAsync(id, new Decision { Reason = "nothing asked", Outcome = "ignored" }, Cancellation);
    }

    private async Task<CommandResult> ObeyAsync(string delivery, long comment)
    {
        await _inbox.StoreAsync(Delivery(delivery), Cancellation);
        var order = new CommandOrder
        {
            Subject = new IssueReference(Demo, 42),
            CommentId = comment,
            Command = new Command.Help(),
            By = "alice",
            ById = 7,
            ByBot = false,
            LargestBudgetUsd = 5,
            MostOfBots = 5,
            Mention = "claude-bot",
        };
        return await _inbox.CarryOutAsync(delivery, order, Cancellation);
    }

    private NewTask Ask(int? issue, string title) => new()
    {
        Kind = issue is null ? TaskKind.Manual : TaskKind.Issue,
        Repository = Demo,
        IssueNumber = issue,
        Title = title,
        Description = "It drops the last line.",
        RequestedBy = "alice",
        ObservedAt = _time.GetUtcNow(),
    };

    private Delivery Delivery(string id) => new() { Id = id, Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = _time.GetUtcNow() };

    private static TaskId Added(EnqueueResult result) => result.ShouldBeOfType<EnqueueResult.Added>().Task.Id;
}
