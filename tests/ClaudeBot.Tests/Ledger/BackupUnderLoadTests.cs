using System.Collections.Concurrent;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations.Backups;
using ClaudeBot.Queue;
using Dapper;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Backups of a ledger that is being worked with, and what a restore makes of them.</summary>
public sealed class BackupUnderLoadTests : IDisposable
{
    private static readonly QueueOptions Options = new() { MaxConcurrentTasks = 50, MaxConcurrentPerRepository = 50 };

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_backup_amid_the_work_holds_everything_that_was_answered_before_it_began()
    {
        var options = new LedgerOptions { DataDirectory = _folder.Path };
        await using var ledger = new SqliteLedger(options, _time);
        var queue = new SqliteTaskQueue(ledger, new QueueNotices(), _time);
        var maker = new BackupMaker(ledger, new SqliteEventLog(ledger, _time), options);
        var answered = new ConcurrentDictionary<TaskId, TaskState>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        using var enough = new SemaphoreSlim(0);
        var work = Enumerable.Range(0, 4).Select(worker => Task.Run(() => WorkAsync(queue, worker, answered, enough, stop.Token), Cancellation)).ToList();

        for (var round = 0; round < 3; round++)
        {
            for (var number = 0; number < 40; number++)
                await enough.WaitAsync(Cancellation);
            var before = answered.ToArray();
            var backup = await maker.MakeAsync(Path.Combine(_other.Path, $"{round}.db"), withFiles: false, "test", Cancellation);

            var target = Path.Combine(_other.Path, $"{round}");
            Directory.CreateDirectory(target);
            var restored = await new BackupRestorer(_time).RestoreAsync(backup.File, target, force: false, Cancellation);

            await using var copy = new SqliteLedger(new LedgerOptions { DataDirectory = target }, _time);
            var tasks = (await new SqliteTaskQueue(copy, new QueueNotices(), _time).ListAsync(new TaskFilter { Limit = int.MaxValue }, Cancellation)).ToDictionary(task => task.Id);
            foreach (var (id, state) in before)
            {
                tasks.ShouldContainKey(id);
                if (state == TaskState.Succeeded)
                    tasks[id].State.ShouldBe(TaskState.Succeeded);
            }

            tasks.Values.Select(task => task.State).Distinct().ShouldBeSubsetOf([TaskState.Waiting, TaskState.Succeeded]);
            tasks.Count.ShouldBe((int)restored.Content.AllTasks);
            (await copy.ReadAsync(connection => connection.Query<string>("PRAGMA integrity_check").ToList(), Cancellation)).ShouldBe(["ok"]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(work);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_hundred_thousand_tasks_come_back()
    {
        var options = new LedgerOptions { DataDirectory = _folder.Path };
        Backup backup;
        await using (var ledger = new SqliteLedger(options, _time))
        {
            await ledger.WriteAsync(
                connection => connection.Execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
                    INSERT INTO tasks (id, kind, repository, issue_number, title, description, priority, state, requested_by, branch, created_at, updated_at, attempts, spooled_priority)
                    SELECT 'octo--demo--issue-' || i || '-aaaaaa', 'issue', 'octo/demo', i, 'Fix number ' || i, hex(randomblob(500)), i % 4,
                           CASE i % 10 WHEN 0 THEN 'running' WHEN 1 THEN 'waiting' ELSE 'succeeded' END, 'alice', 'bot/issue-' || i, i, i, 1, CASE i % 10 WHEN 1 THEN i % 4 END
                    FROM n
                    """),
                Cancellation);
            backup = await new BackupMaker(ledger, new SqliteEventLog(ledger, _time), options).MakeAsync(Path.Combine(_other.Path, "b.db"), withFiles: false, "test", Cancellation);
        }

        var began = TimeProvider.System.GetTimestamp();
        var restored = await new BackupRestorer(_time).RestoreAsync(backup.File, _other.Path, force: false, Cancellation);
        TestContext.Current.TestOutputHelper?.WriteLine($"{backup.Bytes} bytes restored in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F2} s");

        restored.WereRunning.ShouldBe(10_000);
        await using var copy = new SqliteLedger(new LedgerOptions { DataDirectory = _other.Path }, _time);
        var counts = (await new SqliteTaskQueue(copy, new QueueNotices(), _time).CountAsync(Cancellation)).ByState;
        (counts[TaskState.Waiting], counts[TaskState.Running], counts[TaskState.Succeeded]).ShouldBe((20_000, 0, 80_000));
    }

    /// <summary>Makes tasks, claims them and ends them until told to stop; tells of each answer.</summary>
    private async Task WorkAsync(SqliteTaskQueue queue, int worker, ConcurrentDictionary<TaskId, TaskState> answered, SemaphoreSlim enough, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var task = new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = RepositoryName.Parse($"octo/repo-{worker}"),
                IssueNumber = number,
                Title = "Fix it",
                Description = new string('x', 2000),
                RequestedBy = "alice",
                ObservedAt = _time.GetUtcNow(),
            };
            var added = (EnqueueResult.Added)await queue.EnqueueAsync(task, CancellationToken.None);
            answered.TryAdd(added.Task.Id, TaskState.Waiting);
            if (number % 3 > 0 && await queue.ClaimAsync(new WorkerIdentity($"w{worker}", "boot"), Options, CancellationToken.None) is { } lease && number % 3 == 1)
            {
                await queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done" }, CancellationToken.None);
                answered[lease.Id] = TaskState.Succeeded;
            }

            enough.Release();
        }
    }
}
