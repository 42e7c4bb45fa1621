using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Triggers;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Ledger;

/// <summary>Ledgers of earlier releases, kept as scripts in <c>Fixtures/</c>, open, are upgraded, and their work goes on.</summary>
public sealed class SqliteUpgradeTests : IDisposable
{
    private static readonly WorkerIdentity Worker = new("host-2", "boot-of-now");
    private static readonly QueueOptions Options = new() { MaxConcurrentTasks = 10, MaxConcurrentPerRepository = 10 };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Fixtures => [.. typeof(SqliteUpgradeTests).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task An_earlier_ledger_is_upgraded_and_its_tasks_go_on(string fixture)
    {
        Load(fixture);
        await using var ledger = SqliteLedgers.Open(_folder.Path, _time);

        (await ledger.Queue.CountAsync(Cancellation)).ByState.ToDictionary().ShouldBe(
            new Dictionary<TaskState, long>
            {
                [TaskState.Waiting] = 4,
                [TaskState.Running] = 1,
                [TaskState.NeedsInput] = 1,
                [TaskState.Succeeded] = 1,
                [TaskState.Failed] = 1,
                [TaskState.Cancelled] = 1,
                [TaskState.Dead] = 1,
            },
            ignoreOrder: true);
        (await ledger.Queue.PausedAsync(Cancellation)).ShouldBe(new PausedQueue("key rotation", "operator", null));
        await ledger.Queue.ResumeAsync("carol", Cancellation);
        (await ledger.Queue.ReclaimAsync(Worker.BootId, singleMachine: true, Cancellation)).ShouldHaveSingleItem().IssueNumber.ShouldBe(3);
        (await ledger.Queue.RetryAsync(TaskId.Parse("octo--demo--issue-8-hhhhhh"), "again", Cancellation)).ShouldBeTrue();

        var claimed = new List<int?>();
        while (await ledger.Queue.ClaimAsync(Worker, Options, Cancellation) is { } lease)
        {
            claimed.Add(lease.Task.IssueNumber);
            (await ledger.Journal.BeginStepAsync(lease.Id, lease.Fence, "push", "{}", Cancellation)).ShouldBeTrue();
            (await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done" }, Cancellation)).ShouldBeTrue();
        }

        claimed.ShouldBe([1, null, 2, 3, 8, 50], ignoreOrder: true);
        claimed[0].ShouldBe(1, "urgent goes first");
        (await ledger.Inbox.PendingAsync(10, Cancellation)).Count.ShouldBe(2);
        (await ledger.Inbox.StoreAsync(new Delivery { Id = "11111111-0000-0000-0000-000000000001", Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = _time.GetUtcNow() }, Cancellation))
            .ShouldBeFalse("a redelivery is known");
        (await ledger.Journal.SpendAsync(TaskId.Parse("octo--demo--issue-5-eeeeee"), Cancellation)).Usd.ShouldBe(0.25m);
        (await ledger.Events.OfTaskAsync(TaskId.Parse("octo--demo--issue-5-eeeeee"), Cancellation)).Select(entry => entry.Kind).ShouldBe(["task.queued", "task.running", "task.succeeded"]);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Before_the_first_change_a_copy_is_kept_that_the_earlier_program_can_use(string fixture)
    {
        Load(fixture);
        await SqliteLedgers.Open(_folder.Path, _time).DisposeAsync();

        var copy = Directory.GetFiles(Path.Combine(_folder.Path, "backups")).ShouldHaveSingleItem();
        Path.GetFileName(copy).ShouldStartWith("ledger-before-");
        File.GetUnixFileMode(copy).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var content = SqliteBackup.Verify(copy);
        content.Schema.ShouldBe(int.Parse(fixture.AsSpan(fixture.Length - 8, 4), System.Globalization.CultureInfo.InvariantCulture));
        (content.AllTasks, content.Deliveries, content.Undecided).ShouldBe((10, 3, 2));

        await SqliteLedgers.Open(_folder.Path, _time).DisposeAsync();
        Directory.GetFiles(Path.Combine(_folder.Path, "backups")).ShouldBe([copy], "an upgraded ledger is not copied again");
    }

    [Fact]
    public async Task A_try_that_waited_during_the_upgrade_starts_from_nothing_and_work_that_was_cut_off_goes_on()
    {
        Load(Fixtures.Single(row => row.Data.EndsWith("0001.sql", StringComparison.Ordinal)).Data);
        var (again, cutOff) = ("octo--demo--issue-1-aaaaaa", "octo--demo--issue-2-bbbbbb");
        foreach (var (task, ending) in new[] { (again, "failed"), (cutOff, "waiting") })
        {
            Execute($$"""
                DELETE FROM steps WHERE task_id = '{{task}}';
                INSERT INTO steps (task_id, step, intent, began_at) VALUES ('{{task}}', 'push', '{}', 1), ('{{task}}', 'close', '{"ending":"{{ending}}","reason":"because"}', 2)
                """);
        }

        await using var ledger = SqliteLedgers.Open(_folder.Path, _time);

        (await ledger.Journal.StepsAsync(TaskId.Parse(again), Cancellation)).ShouldBeEmpty();
        (await ledger.Journal.StepsAsync(TaskId.Parse(cutOff), Cancellation)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_upgrade_that_breaks_off_leaves_the_earlier_ledger()
    {
        Load(Fixtures.Single(row => row.Data.EndsWith("0001.sql", StringComparison.Ordinal)).Data);
        // The last statement of a script will find its name taken.
        Execute("CREATE TABLE deliveries_decided (x INTEGER)");

        Should.Throw<SqliteException>(() => SqliteLedgers.Open(_folder.Path, _time)).Message.ShouldContain("deliveries_decided");

        Scalar("SELECT max(version) FROM schema_version").ShouldBe(1);
        Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'tasks_counted_on_delete'").ShouldBe(1, "what ran before the fault is undone");
        Execute("DROP TABLE deliveries_decided");
        await SqliteLedgers.Open(_folder.Path, _time).DisposeAsync();
        Scalar("SELECT max(version) FROM schema_version").ShouldBe(SqliteSchema.Newest);
    }

    [Fact]
    public void Without_room_for_the_copy_nothing_is_changed()
    {
        Load(Fixtures.Single(row => row.Data.EndsWith("0001.sql", StringComparison.Ordinal)).Data);
        File.WriteAllText(Path.Combine(_folder.Path, "backups"), "a file where the folder should be");

        Should.Throw<LedgerUnavailableException>(() => SqliteLedgers.Open(_folder.Path, _time)).Message.ShouldContain("Nothing was changed");

        Scalar("SELECT max(version) FROM schema_version").ShouldBe(1);
    }

    private void Load(string fixture)
    {
        using var script = new StreamReader(typeof(SqliteUpgradeTests).Assembly.GetManifestResourceStream(fixture)!);
        Execute(script.ReadToEnd());
    }

    private void Execute(string sql)
    {
        using var file = OpenFile();
        file.Execute(sql);
    }

    private long Scalar(string sql)
    {
        using var file = OpenFile();
        return file.ExecuteScalar<long>(sql);
    }

    private SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "ledger.db")};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }
}
