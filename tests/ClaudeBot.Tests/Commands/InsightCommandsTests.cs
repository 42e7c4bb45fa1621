using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Tests.Ledger;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Commands;

public sealed class InsightCommandsTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    private static readonly RepositoryName Other = RepositoryName.Parse("other/place");

    [Fact]
    public async Task Explain_and_status_tell_of_a_budget_of_the_day_that_is_spent()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        await using (var ledger = new SqliteLedger(new LedgerOptions { DataDirectory = _room.Data }, TimeProvider.System))
        {
            var added = await new SqliteTaskQueue(ledger, new QueueNotices(), TimeProvider.System).EnqueueAsync(
                new NewTask { Kind = TaskKind.Manual, Repository = Other, Title = "t", Description = "d", RequestedBy = "operator", ObservedAt = TimeProvider.System.GetUtcNow() }, Token);
            await new SqliteRunJournal(ledger, TimeProvider.System).AddSpendAsync(
                added.ShouldBeOfType<EnqueueResult.Added>().Task.Id, Other, new TokenUsage("model", 1, 1, 0, 0), 50m, Token);
        }

        (await _room.RunAsync("explain", "other/place#3")).Out.ShouldContain("other/place has spent 50.00 of the 50.00 USD that BUDGET_USD_PER_REPO_PER_DAY allows for a day");
        (await _room.RunAsync("explain", "other/quiet#3")).Out.ShouldNotContain("BUDGET_USD");
        var status = (await _room.RunAsync("status", "show")).Out;
        status.ShouldContain("Spend today: 50.00 of 200.00 USD");
        status.ShouldContain("Budget: other/place has spent");
    }

    [Fact]
    public async Task Explain_says_that_a_repository_is_not_served_without_asking_for_the_issue()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";

        var explained = await _room.RunAsync("explain", "other/place#3", "--json");

        explained.Code.ShouldBe(ExitCode.Ok, explained.All);
        explained.Json.GetProperty("issue").GetString().ShouldBe("other/place#3");
        explained.Json.GetProperty("is_worked_on").GetBoolean().ShouldBeFalse();
        explained.Json.GetProperty("verdict").GetString()!.ShouldContain("other/place");
    }

    [Fact]
    public async Task Explain_tells_of_a_disk_without_room()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        _room.Environment["DISK_FLOOR_MB"] = "0";
        (await _room.RunAsync("explain", "other/place#3")).Out.ShouldNotContain("DISK_FLOOR_MB");

        _room.Environment["DISK_FLOOR_MB"] = "1000000";
        if (new DriveInfo(_room.Data).AvailableFreeSpace / (1024 * 1024) >= 1_000_000)
            Assert.Skip("This disk has more room than DISK_FLOOR_MB can ask for.");
        (await _room.RunAsync("explain", "other/place#3")).Out.ShouldContain("DISK_FLOOR_MB asks for 1000000");
    }

    [Fact]
    public async Task Explain_wants_an_issue()
    {
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        (await _room.RunAsync("explain", "acme/shop")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_refused_token_ends_with_77()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        gitHub.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 401, """{"message":"Bad credentials"}""");
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        var labels = await _room.RunAsync("labels", "setup");
        labels.Code.ShouldBe(ExitCode.Authentication);
        labels.Error.ShouldContain("auth");
    }

    [Fact]
    public async Task Explain_health_and_status_say_that_the_queue_is_paused_by_whom_and_why()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        await _room.AddAsync("--issue", "5");
        (await _room.RunAsync("queue", "pause", "--reason", "key rotation")).Code.ShouldBe(ExitCode.Ok);

        (await _room.RunAsync("explain", "acme/shop#5", "--json")).Json.GetProperty("verdict").GetString()!.ShouldContain("the queue is paused by operator since");
        (await _room.RunAsync("status", "show")).Out.ShouldContain("key rotation");
        (await _room.RunAsync("status", "--json")).Json.GetProperty("paused_reason").GetString()!.ShouldContain("key rotation");
        (await _room.RunAsync("queue", "list")).Error.ShouldContain("key rotation");
        (await _room.RunAsync("queue", "list", "--json")).Json.GetProperty("paused_by").GetString().ShouldBe("operator");
        using (DataFolderLock.Take(_room.Data, BotRole.Up))
        {
            new RunningBot(1, "bot-of-tests", TimeProvider.System.GetUtcNow(), "127.0.0.1", null, null, null).Write(_room.Data);
            _room.Environment["DISK_FLOOR_MB"] = "0";
            var health = await _room.RunAsync("health");
            health.Code.ShouldBe(ExitCode.Ok, health.All);
            health.Out.ShouldContain("key rotation");
        }

        (await _room.RunAsync("queue", "resume")).Code.ShouldBe(ExitCode.Ok);
        (await _room.RunAsync("explain", "acme/shop#5", "--json")).Json.GetProperty("verdict").GetString()!.ShouldContain("waits for its turn");
        (await _room.RunAsync("status", "show")).Out.ShouldNotContain("paused");
    }

    [Fact]
    public async Task The_timeline_of_a_task_tells_its_deliveries_attempts_and_steps_too()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        TaskId id;
        await using (var ledger = SqliteLedgers.Open(_room.Data, time))
        {
            var subject = new IssueReference(RepositoryName.Parse("acme/shop"), 5);
            var task = new NewTask { Kind = TaskKind.Issue, Repository = subject.Repository, IssueNumber = 5, Title = "t", Description = "d", RequestedBy = "alice", ObservedAt = time.GetUtcNow() };
            await ledger.Inbox.StoreAsync(new Delivery { Id = "d-1", Event = "issues", Body = "{}"u8.ToArray(), ReceivedAt = time.GetUtcNow() }, Token);
            await ledger.Inbox.DecideAsync("d-1", new Decision { Subject = subject, Task = task, Reason = "Labelled by alice.", Outcome = "task" }, Token);
            var lease = (await ledger.Queue.ClaimAsync(new WorkerIdentity("w", "boot"), new QueueOptions(), Token))!;
            id = lease.Id;
            await ledger.Journal.BeginAttemptAsync(id, "w", Token);
            time.Advance(TimeSpan.FromMinutes(1));
            await ledger.Journal.BeginStepAsync(id, lease.Fence, "push", "{}", Token);
            time.Advance(TimeSpan.FromMinutes(1));
            await ledger.Journal.EndStepAsync(id, lease.Fence, "push", """{"ok":true}""", Token);
            await ledger.Queue.EndAsync(lease, new TaskOutcome { State = TaskState.Succeeded, Reason = "done" }, Token);
        }

        Kinds(await _room.RunAsync("timeline", "--task", id.Value, "--json"))
            .ShouldBe(["delivery.task", "task.queued", "task.running", "attempt.began", "step.began", "task.succeeded", "step.ended"], ignoreOrder: true);
        Kinds(await _room.RunAsync("timeline", "--task", id.Value, "--since", "2026-03-01T09:00:30Z", "--until", "2026-03-01T09:01:30Z", "--json")).ShouldBe(["step.began"]);
        Kinds(await _room.RunAsync("timeline", "--since", "2026-03-01T00:00:00Z", "--until", "2026-03-01T09:01:00Z", "--json")).ShouldBe(["delivery.task", "task.queued", "task.running"]);
        var cut = await _room.RunAsync("timeline", "--since", "2026-03-01T00:00:00Z", "--limit", "1", "--json");
        Kinds(cut).ShouldBe(["delivery.task"]);
        cut.Error.ShouldContain("3 later entries");
        (await _room.RunAsync("timeline")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync("timeline", "--task", "nothing-of-tests")).Code.ShouldBe(ExitCode.Failed);

        static IEnumerable<string?> Kinds(CommandRoom.Outcome outcome) => outcome.Json.EnumerateArray().Select(entry => entry.GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_timeline_tells_what_happened_in_order()
    {
        var before = TimeProvider.System.GetUtcNow();
        var id = await _room.AddAsync("--issue", "5");
        await _room.RunAsync("queue", "cancel", id);

        var events = (await _room.RunAsync("timeline", "--since", before.ToString("O"), "--json")).Json.EnumerateArray().ToArray();

        events.Select(entry => entry.GetProperty("kind").GetString()).ShouldBe(["task.queued", "task.cancelled"]);
        events.ShouldAllBe(entry => entry.GetProperty("task_id").GetString() == id && entry.GetProperty("subject").GetString() == "acme/shop#5");
        (await _room.RunAsync("timeline", "--since", "1h", "--json")).Json.GetArrayLength().ShouldBe(2);
        (await _room.RunAsync("timeline", "--since", "yesterday-ish")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync("timeline", "--since", "2100-01-01T00:00:00Z", "--json")).Json.GetArrayLength().ShouldBe(0);
    }
}
