using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Queue;

/// <summary>A ledger in a folder, with a clock that the test moves; a second "process" can open the same file.</summary>
public sealed class QueueHarness : IAsyncDisposable
{
    private readonly SqliteLedger _ledger;
    private readonly SqliteLedger _otherLedger;

    public QueueHarness()
        : this(ledger => ledger)
    {
    }

    internal QueueHarness(Func<LedgerOptions, LedgerOptions> adjust)
    {
        var options = adjust(new LedgerOptions { DataDirectory = Folder.Path });
        _ledger = new SqliteLedger(options, Time);
        _otherLedger = new SqliteLedger(options, Time);
        Queue = new SqliteTaskQueue(_ledger, Notices, Time);
        Events = new SqliteEventLog(_ledger, Time);
        Spooled = new SqliteSpoolStore(_ledger, Notices, Time);
        OtherProcess = new SqliteTaskQueue(_otherLedger, new QueueNotices(), Time);
    }

    public TemporaryFolder Folder { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    public QueueNotices Notices { get; } = new();

    public QueueMetrics Metrics { get; } = new();

    public SqliteTaskQueue Queue { get; }

    public SqliteEventLog Events { get; }

    public SqliteSpoolStore Spooled { get; }

    /// <summary>Asked around every claim of the workers made here.</summary>
    public List<ClaimGuard> Guards { get; } = [];

    /// <summary>The same ledger, whose notices do not reach this process.</summary>
    public SqliteTaskQueue OtherProcess { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TaskVerdict Succeeded() => new TaskVerdict.End(new TaskOutcome { State = TaskState.Succeeded, Reason = "done" });

    public ILogger<QueueWorker> WorkerLog { get; set; } = NullLogger<QueueWorker>.Instance;

    public QueueWorker Worker(TaskHandler handler, QueueOptions? options = null, string boot = "boot-1", params ClaimCheck[] checks) => new(
        Queue, options ?? new QueueOptions(), new WorkerIdentity("host", boot), new QueueSignal(), Notices, Metrics, Time, checks, Guards, handler, WorkerLog);

    public async Task<TaskId> AddAsync(int? issue = 42, string repository = "octo/demo", TaskPriority priority = TaskPriority.Medium, string description = "It drops the last line.", SqliteTaskQueue? queue = null)
    {
        var result = await (queue ?? Queue).EnqueueAsync(
            new NewTask
            {
                Kind = issue is null ? TaskKind.Manual : TaskKind.Issue,
                Repository = RepositoryName.Parse(repository),
                IssueNumber = issue,
                Title = "Fix the parser",
                Description = description,
                Priority = priority,
                RequestedBy = "alice",
                ObservedAt = Time.GetUtcNow(),
            },
            Cancellation);
        return result.ShouldBeOfType<EnqueueResult.Added>().Task.Id;
    }

    public async Task<QueuedTask> FindAsync(TaskId id) => (await Queue.FindAsync(id, Cancellation)).ShouldNotBeNull();

    /// <summary>Waits, on the ledger's notices, until the task is as wished.</summary>
    public async Task<QueuedTask> UntilAsync(TaskId id, Func<QueuedTask, bool> wished)
    {
        using var changed = new SemaphoreSlim(0);
        void Release() => changed.Release();
        Notices.Changed += Release;
        try
        {
            while (true)
            {
                var task = await FindAsync(id);
                if (wished(task))
                    return task;
                await changed.WaitAsync(Cancellation);
            }
        }
        finally
        {
            Notices.Changed -= Release;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _otherLedger.DisposeAsync();
        await _ledger.DisposeAsync();
        Folder.Dispose();
    }
}
