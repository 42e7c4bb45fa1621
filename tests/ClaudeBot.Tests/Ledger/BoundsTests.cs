using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>How much may wait: deliveries for a decision, tasks for a worker.</summary>
public sealed class BoundsTests : IAsyncLifetime
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("octo/demo");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SqliteLedger _ledger;
    private readonly SqliteInbox _inbox;
    private readonly SqliteTaskQueue _queue;

    public BoundsTests()
    {
        _ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _folder.Path, MaxPendingDeliveries = 3, MaxWaitingTasks = 2 }, _time);
        _inbox = new SqliteInbox(_ledger, new QueueNotices(), _time);
        _queue = new SqliteTaskQueue(_ledger, new QueueNotices(), _time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_delivery_beyond_the_limit_is_refused_until_another_is_decided_and_a_known_one_never()
    {
        // Together, in as few transactions as may be: each job sees those before it.
        var stores = Enumerable.Range(1, 5).Select(number => StoreAsync($"d-{number}")).ToList();
        await Task.WhenAll(stores.Select(store => store.ContinueWith(_ => { }, TaskScheduler.Default)));
        stores.Count(store => store.IsCompletedSuccessfully).ShouldBe(3);
        stores.Where(store => store.IsFaulted).ShouldAllBe(store => store.Exception!.InnerException is InboxFullException);
        (await _inbox.CountPendingAsync(Cancellation)).ShouldBe(3);

        var known = (await _inbox.PendingAsync(10, Cancellation))[0].Id;
        (await StoreAsync(known)).ShouldBeFalse();
        await _inbox.DecideAsync(known, new Decision { Outcome = "ignored", Reason = "?" }, Cancellation);
        (await StoreAsync("d-6")).ShouldBeTrue();
        (await Should.ThrowAsync<InboxFullException>(() => StoreAsync("d-7"))).Message.ShouldContain("MAX_PENDING_DELIVERIES");
    }

    [Fact]
    public async Task A_task_beyond_the_limit_is_refused_until_another_stops_waiting()
    {
        await AddAsync(1);
        await AddAsync(2);
        (await _queue.EnqueueAsync(Ask(3), Cancellation)).ShouldBeOfType<EnqueueResult.Full>().Reason.ShouldContain("2 tasks wait, and MAX_WAITING_TASKS");
        (await _queue.EnqueueAsync(Ask(2), Cancellation)).ShouldBeOfType<EnqueueResult.AlreadyActive>();

        await _queue.ClaimAsync(new WorkerIdentity("host", "boot-1"), new QueueOptions(), Cancellation);
        await AddAsync(3);
    }

    [Fact]
    public async Task A_decision_that_finds_no_room_for_its_task_is_made_again_later()
    {
        var waiting = await AddAsync(1);
        await AddAsync(2);
        await StoreAsync("d-1");
        var decision = new Decision { Subject = new IssueReference(Repository, 3), Task = Ask(3), Outcome = "task", Reason = "Labelled." };

        (await _inbox.DecideAsync("d-1", decision, Cancellation)).ShouldBeOfType<EnqueueResult.Full>();
        (await _inbox.PendingAsync(10, Cancellation)).ShouldBeEmpty();
        (await _inbox.CountPendingAsync(Cancellation)).ShouldBe(1);

        _time.Advance(TimeSpan.FromMinutes(1));
        (await _inbox.PendingAsync(10, Cancellation)).ShouldHaveSingleItem();
        await _queue.CancelAsync(waiting, "not wanted", "operator", Cancellation);
        (await _inbox.DecideAsync("d-1", decision, Cancellation)).ShouldBeOfType<EnqueueResult.Added>();
        (await _inbox.DecisionsForAsync(new IssueReference(Repository, 3), 10, Cancellation)).ShouldHaveSingleItem().Outcome.ShouldBe("task");
    }

    private async Task<TaskId> AddAsync(int issue) =>
        (await _queue.EnqueueAsync(Ask(issue), Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task.Id;

    private NewTask Ask(int issue) => new()
    {
        Kind = TaskKind.Issue,
        Repository = Repository,
        IssueNumber = issue,
        Title = "Fix the parser",
        Description = "",
        RequestedBy = "alice",
        ObservedAt = _time.GetUtcNow(),
    };

    private Task<bool> StoreAsync(string id) =>
        _inbox.StoreAsync(new Delivery { Id = id, Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = _time.GetUtcNow() }, Cancellation);
}
