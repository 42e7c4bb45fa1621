using ClaudeBot.Conversation;
using ClaudeBot.FollowUps;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>What every database's stores are tested with.</summary>
public abstract class StoreConformance : IAsyncLifetime
{
    protected static readonly WorkerIdentity Worker = new("host-1", "boot-1");
    protected static readonly RepositoryName Repository = RepositoryName.Parse("octo/demo");

    private LedgerUnderTest _ledger = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected ITaskQueue Queue => _ledger.Queue;

    protected IInbox Inbox => _ledger.Inbox;

    protected IRunJournal Journal => _ledger.Journal;

    protected IIntakeProgress Intake => _ledger.Intake;

    protected IRemarks Remarks => _ledger.Remarks;

    protected IOutbox Outbox => _ledger.Outbox;

    protected IEventLog Events => _ledger.Events;

    protected QueueNotices Notices => _ledger.Notices;

    protected FakeTimeProvider Time => _ledger.Time;

    protected QueueOptions Options { get; set; } = new();

    protected abstract Task<LedgerUnderTest> CreateAsync();

    public async ValueTask InitializeAsync() => _ledger = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _ledger.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected NewTask Ask(int? issue = 42, string repository = "octo/demo", TaskPriority priority = TaskPriority.Medium, string title = "Fix the parser") => new()
    {
        Kind = issue is null ? TaskKind.Manual : TaskKind.Issue,
        Repository = RepositoryName.Parse(repository),
        IssueNumber = issue,
        Title = title,
        Description = "It drops the last line.",
        Priority = priority,
        RequestedBy = "alice",
        RequestedById = 7,
        ObservedAt = Time.GetUtcNow(),
    };

    protected async Task<QueuedTask> AddAsync(NewTask task) =>
        (await Queue.EnqueueAsync(task, Cancellation)).ShouldBeOfType<EnqueueResult.Added>().Task;

    protected async Task<TaskLease> ClaimAsync() => (await Queue.ClaimAsync(Worker, Options, Cancellation)).ShouldNotBeNull();

    protected async Task<QueuedTask> FindAsync(TaskId id) => (await Queue.FindAsync(id, Cancellation)).ShouldNotBeNull();

    protected async Task<IReadOnlyList<string>> EventsOfAsync(TaskId id) =>
        [.. (await Events.OfTaskAsync(id, Cancellation)).Select(entry => entry.Kind)];

    protected static TaskOutcome Outcome(TaskState state, string reason = "because") => new() { State = state, Reason = reason };

    protected Delivery Delivery(string id) => new()
    {
        Id = id,
        Event = "issues",
        Body = new byte[] { 0x7b, 0x20, 0xc3, 0xa9, 0x00, 0x7d },
        ReceivedAt = Time.GetUtcNow(),
    };
}
