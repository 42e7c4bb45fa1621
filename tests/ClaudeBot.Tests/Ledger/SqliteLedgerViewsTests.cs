using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

public sealed class SqliteLedgerViewsTests : IAsyncDisposable
{
    private static readonly RepositoryName Shop = RepositoryName.Parse("acme/shop");
    private static readonly RepositoryName ShopTwo = RepositoryName.Parse("acme/shop-two");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 20, 0, TimeSpan.Zero));
    private readonly SqliteLedger _ledger;
    private readonly SqliteTaskQueue _queue;
    private readonly SqliteLedgerViews _views;

    public SqliteLedgerViewsTests()
    {
        _ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path }, _time);
        _queue = new SqliteTaskQueue(_ledger, new QueueNotices(), _time);
        _views = new SqliteLedgerViews(_ledger);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_hour_tells_what_was_asked_for_what_ended_and_what_it_cost()
    {
        var first = await AddAsync(Shop, 1, "one");
        await AddAsync(Shop, 2, "two");
        await EndAsync(TaskState.Succeeded);
        _time.Advance(TimeSpan.FromHours(2));
        await new SqliteRunJournal(_ledger, _time).AddSpendAsync(first.Id, Shop, new TokenUsage("m", 1, 2, 3, 4), 0.25m, Cancellation);
        await EndAsync(TaskState.Failed);
        await _queue.RetryAsync(first.Id, "again", Cancellation);

        var hours = await _views.HoursAsync(_time.GetUtcNow().AddHours(-2), _time.GetUtcNow(), Cancellation);

        var nine = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        hours.ShouldBe(
        [
            new WorkPeriod(nine, Queued: 2, Succeeded: 1, Failed: 0, Cancelled: 0, Dead: 0, CostUsd: 0),
            new WorkPeriod(nine.AddHours(1), 0, 0, 0, 0, 0, 0),
            new WorkPeriod(nine.AddHours(2), 0, 0, Failed: 1, 0, 0, CostUsd: 0.25m),
        ]);
    }

    [Fact]
    public async Task Waiting_tasks_come_in_the_order_of_their_turns()
    {
        var old = await AddAsync(Shop, 1, "old");
        await AddAsync(Shop, 2, "young");
        var urgent = await AddAsync(Shop, 3, "urgent");
        await _queue.SetPriorityAsync(urgent.Id, TaskPriority.Urgent, Cancellation);

        (await _views.TurnsAsync(10, Cancellation)).Select(task => task.Title).ShouldBe(["urgent", "old", "young"]);
        (await _views.OldestWaitingAsync(Cancellation))!.Id.ShouldBe(old.Id);
    }

    [Theory]
    [InlineData("till", "3 1")]
    [InlineData("TIL", "3 1")]
    [InlineData("fix till", "1")]
    [InlineData("#3", "3")]
    [InlineData("acme/shop", "4 3 2 1")]
    [InlineData("shop-two", "4")]
    [InlineData("issue-2", "2")]
    [InlineData("ann", "4 3 2 1")]
    [InlineData("fenêtre", "2")]
    [InlineData("fenetre", "2")]
    [InlineData("waiting", "")]
    [InlineData("nothing", "")]
    [InlineData("\"' * : OR - ^", "")]
    [InlineData("till OR door", "")]
    [InlineData("title:till", "")]
    public async Task A_search_finds_beginnings_of_words_and_takes_nothing_for_an_operator(string search, string issues)
    {
        await AddAsync(Shop, 1, "Fix the till");
        await AddAsync(Shop, 2, "Lave la fenêtre");
        await AddAsync(Shop, 3, "Tilling");
        await AddAsync(ShopTwo, 4, "Paint the door");

        var found = await _queue.ListAsync(new TaskFilter { Search = search }, Cancellation);

        string.Join(' ', found.Select(task => task.IssueNumber)).ShouldBe(issues);
    }

    [Fact]
    public async Task A_number_is_not_found_in_the_random_end_of_an_id()
    {
        var task = await AddAsync(Shop, 2, "x");
        await _ledger.WriteAsync(connection => connection.Execute("UPDATE tasks SET id = 'acme--shop--issue-2-3abcde' WHERE id = @id", new { id = task.Id.Value }), Cancellation);
        async Task<int> CountAsync(string search) => (await _queue.ListAsync(new TaskFilter { Search = search }, Cancellation)).Count;

        (await CountAsync("#3")).ShouldBe(0);
        (await CountAsync("#2")).ShouldBe(1);
        (await CountAsync("acme/shop#2")).ShouldBe(1);
        (await CountAsync("3abcde")).ShouldBe(1);
    }

    [Fact]
    public async Task A_search_keeps_to_states_repository_and_page_and_follows_every_change()
    {
        for (var issue = 1; issue <= 4; issue++)
            await AddAsync(Shop, issue, "the till");
        await AddAsync(ShopTwo, 5, "the till");
        await EndAsync(TaskState.Failed);
        async Task<string> FindAsync(TaskFilter filter) => string.Join(' ', (await _queue.ListAsync(filter with { Search = "till" }, Cancellation)).Select(task => task.IssueNumber));

        (await FindAsync(new TaskFilter { Repository = Shop })).ShouldBe("4 3 2 1");
        (await FindAsync(new TaskFilter { Repository = ShopTwo })).ShouldBe("5");
        (await FindAsync(new TaskFilter { States = [TaskState.Failed, TaskState.NeedsInput] })).ShouldBe("1");
        (await FindAsync(new TaskFilter { States = [TaskState.Waiting], Repository = Shop, Limit = 2 })).ShouldBe("4 3");
        var last = (await _queue.ListAsync(new TaskFilter { Search = "till", Limit = 2 }, Cancellation))[^1];
        (await FindAsync(new TaskFilter { Before = last.Id })).ShouldBe("3 2 1");
        await _ledger.WriteAsync(connection => connection.Execute("DELETE FROM tasks WHERE issue_number = 2"), Cancellation);
        await _ledger.WriteAsync(connection => connection.Execute("UPDATE tasks SET title = 'the door' WHERE issue_number = 3"), Cancellation);
        (await FindAsync(new TaskFilter())).ShouldBe("5 4 1");
        await _ledger.WriteAsync(connection => connection.Execute("INSERT INTO task_words (task_words, rank) VALUES ('integrity-check', 1)"), Cancellation);
    }

    [Fact]
    public async Task Pages_of_several_states_meet_without_gap_or_repetition()
    {
        for (var issue = 1; issue <= 6; issue++)
            await AddAsync(Shop, issue, "x");
        await EndAsync(TaskState.Failed);
        await EndAsync(TaskState.Succeeded);
        await EndAsync(TaskState.Failed);
        var filter = new TaskFilter { States = [TaskState.Failed, TaskState.Waiting], Limit = 2 };

        var seen = new List<int?>();
        for (var page = await _queue.ListAsync(filter, Cancellation); page.Count > 0; page = await _queue.ListAsync(filter with { Before = page[^1].Id }, Cancellation))
            seen.AddRange(page.Select(task => task.IssueNumber));

        seen.ShouldBe([6, 5, 4, 3, 1]);
    }

    [Fact]
    public async Task The_newest_events_of_some_kinds_come_in_pages()
    {
        var log = new SqliteEventLog(_ledger, _time);
        foreach (var (kind, message) in new[] { ("gate.blocked", "1"), ("task.queued", "2"), ("egress.blocked", "3"), ("gate.blocked", "4") })
            await log.AppendAsync(kind, "bot", null, null, message, Cancellation);

        var first = await _views.NewestEventsAsync(["gate.blocked", "egress.blocked"], null, 2, Cancellation);
        var second = await _views.NewestEventsAsync(["gate.blocked", "egress.blocked"], first[^1].Sequence, 2, Cancellation);

        first.Select(entry => entry.Message).ShouldBe(["4", "3"]);
        second.Select(entry => entry.Message).ShouldBe(["1"]);
    }

    public static TheoryData<string, string> Queries()
    {
        var data = new TheoryData<string, string>();
        foreach (var (name, filter) in new (string, TaskFilter)[]
        {
            ("all", new TaskFilter()),
            ("older", new TaskFilter { Before = TaskId.Parse("x") }),
            ("state", new TaskFilter { States = [TaskState.Failed], Before = TaskId.Parse("x") }),
            ("states", new TaskFilter { States = [TaskState.Failed, TaskState.Dead], Before = TaskId.Parse("x") }),
            ("repository", new TaskFilter { Repository = Shop, Before = TaskId.Parse("x") }),
            ("repository and states", new TaskFilter { Repository = Shop, States = [TaskState.Failed, TaskState.Dead], Before = TaskId.Parse("x") }),
            ("search", new TaskFilter { Search = "till", Repository = Shop, States = [TaskState.Dead], Before = TaskId.Parse("x") }),
        })
        {
            data.Add(name, TaskPages.Statement(filter)!);
        }

        data.Add("turns", SqliteLedgerViews.Turns);
        data.Add("oldest", SqliteLedgerViews.OldestWaiting);
        data.Add("events of kinds", SqliteLedgerViews.OfKinds(3));
        data.Add("events of a task", SqliteLedgerViews.OfTask);
        data.Add("hours", SqliteLedgerViews.Hours);
        data.Add("spend", SqliteLedgerViews.SpendHours);
        return data;
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Every_look_reads_its_rows_from_an_index_in_their_order(string name, string sql)
    {
        var plan = await _ledger.ReadAsync(
            connection => connection.Query($"EXPLAIN QUERY PLAN {sql}", new { before = "x", limit = 5, state0 = "a", state1 = "b", kind0 = "a", kind1 = "b", kind2 = "c", repository = "a/b", words = "x", task = "x", first = 1, last = 2 })
                .Select(row => (string)row.detail).ToList(),
            Cancellation);

        // The whole table by its key, newest first, is in order too, and is left after the first rows.
        string[] read = [.. plan.Where(line => line.StartsWith("SCAN ") && line != "SCAN CONSTANT ROW" && !line.Contains("subquery") && !line.Contains("VIRTUAL TABLE INDEX") && !(name == "all" && line == "SCAN tasks"))];
        read.Where(line => !line.Contains("USING INDEX")).ShouldBeEmpty(string.Join('\n', plan));
        if (!name.Contains("states") && name != "events of kinds")
            plan.ShouldNotContain(line => line.Contains("TEMP B-TREE"), string.Join('\n', plan));
    }

    private async Task<QueuedTask> AddAsync(RepositoryName repository, int issue, string title) =>
        (await _queue.EnqueueAsync(
            new NewTask { Kind = TaskKind.Issue, Repository = repository, IssueNumber = issue, Title = title, Description = title, RequestedBy = "ann", ObservedAt = _time.GetUtcNow() },
            Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task;

    private async Task EndAsync(TaskState state)
    {
        var lease = (await _queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Cancellation))!;
        (await _queue.EndAsync(lease, new TaskOutcome { State = state, Reason = "r" }, Cancellation)).ShouldBeTrue();
    }
}
