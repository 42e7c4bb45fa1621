using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Commands;

public sealed class QueueCareCommandsTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public void Dispose() => _room.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Drain_pauses_the_queue_and_ends_when_nothing_runs()
    {
        await _room.AddAsync();
        var drained = await _room.RunAsync("queue", "drain");
        drained.Code.ShouldBe(ExitCode.Ok);
        drained.Out.ShouldContain("Nothing runs.");
        (await _room.RunAsync("queue", "list", "--json")).Json.GetProperty("paused_reason").GetString().ShouldBe("drained by the operator");
    }

    [Fact]
    public async Task Drain_waits_for_a_running_task_no_longer_than_it_is_told()
    {
        await ClaimAsync();
        using (DataFolderLock.Take(_room.Data, BotRole.All))
        {
            var drained = await _room.RunAsync("queue", "drain", "--timeout", "0");
            drained.Code.ShouldBe(ExitCode.Failed);
            drained.Error.ShouldContain("1 tasks still run");
        }

        // Without a bot nothing can run, whatever the ledger says.
        (await _room.RunAsync("queue", "drain")).Out.ShouldContain("No bot runs");
    }

    [Fact]
    public async Task Verify_finds_ledger_and_files_in_step()
    {
        Directory.CreateDirectory(Path.Combine(_room.Data, "queue"));
        var verified = await _room.RunAsync("queue", "verify", "--json");
        verified.Code.ShouldBe(ExitCode.Ok, verified.All);
        verified.Json.GetProperty("ledger_sound").GetBoolean().ShouldBeTrue();
        verified.Json.GetProperty("in_step").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Verify_says_what_differs_and_changes_nothing()
    {
        var id = await _room.AddAsync();
        var queue = Directory.CreateDirectory(Path.Combine(_room.Data, "queue")).FullName;
        await File.WriteAllTextAsync(Path.Combine(queue, "broken.json"), "{", Token);
        await File.WriteAllTextAsync(Path.Combine(queue, "new.json"), """{"title":"t","description":"d"}""", Token);

        var verified = await _room.RunAsync("queue", "verify", "--json");

        verified.Code.ShouldBe(ExitCode.Failed);
        var differences = verified.Json.GetProperty("differences").EnumerateArray().Select(difference => difference.GetString()!).ToArray();
        differences.Length.ShouldBe(3);
        differences[0].ShouldStartWith("queue/broken.json cannot be a task: It is not valid JSON");
        differences[1].ShouldStartWith("queue/new.json stands for no waiting task");
        differences[2].ShouldContain(id);
        Directory.GetFiles(queue).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Verify_tells_a_damaged_ledger()
    {
        for (var number = 1; number <= 40; number++)
            (await _room.RunAsync("queue", "add", "--issue", $"{number}", "--title", "x", "--description", new string('x', 2000))).Code.ShouldBe(ExitCode.Ok);
        var path = Path.Combine(_room.Data, "ledger.db");
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Length.ShouldBeGreaterThan(20 * 4096);
            file.Position = file.Length - (10 * 4096);
            await file.WriteAsync(Enumerable.Repeat((byte)0xEE, 8 * 4096).ToArray(), Token);
        }

        var verified = await _room.RunAsync("queue", "verify");
        verified.Code.ShouldBeOneOf(ExitCode.Failed, ExitCode.Unavailable);
        verified.All.ShouldContain("ERROR");
        verified.All.ShouldContain("restore a backup");
    }

    [Fact]
    public async Task A_quarantined_file_is_listed_with_its_reason_and_put_back_only_once_it_is_corrected()
    {
        var corrupted = Directory.CreateDirectory(Path.Combine(_room.Data, "corrupted")).FullName;
        var queue = Directory.CreateDirectory(Path.Combine(_room.Data, "queue")).FullName;
        await File.WriteAllTextAsync(Path.Combine(corrupted, "task.json"), """{"title":"t"}""", Token);
        await File.WriteAllTextAsync(Path.Combine(corrupted, "task.json.reason.txt"), "\"description\" must be a text.\nMoved from queue/.\n", Token);

        var listed = (await _room.RunAsync("queue", "quarantine", "--json")).Json.EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("name").GetString().ShouldBe("task.json");
        listed.GetProperty("reason").GetString().ShouldBe("\"description\" must be a text.");

        var refused = await _room.RunAsync("queue", "quarantine", "--restore", "task.json");
        refused.Code.ShouldBe(ExitCode.Failed);
        refused.Error.ShouldContain("still cannot be a task");

        await File.WriteAllTextAsync(Path.Combine(corrupted, "task.json"), """{"title":"t","description":"d"}""", Token);
        (await _room.RunAsync("queue", "quarantine", "--restore", "task.json")).Code.ShouldBe(ExitCode.Ok);
        Directory.GetFiles(corrupted).ShouldBeEmpty();
        Directory.GetFiles(queue).Select(Path.GetFileName).ShouldBe(["task.json"]);
    }

    [Theory]
    [InlineData("../ledger.db")]
    [InlineData("nothing.json")]
    public async Task Restore_reaches_nothing_outside_the_quarantine(string name)
    {
        await _room.AddAsync();
        Directory.CreateDirectory(Path.Combine(_room.Data, "corrupted"));
        Directory.CreateDirectory(Path.Combine(_room.Data, "queue"));
        (await _room.RunAsync("queue", "quarantine", "--restore", name)).Code.ShouldBe(ExitCode.Failed);
        File.Exists(Path.Combine(_room.Data, "ledger.db")).ShouldBeTrue();
    }

    private async Task ClaimAsync()
    {
        await _room.AddAsync();
        await using var services = new ServiceCollection().AddLogging().AddSingleton(new LedgerOptions { DataDirectory = _room.Data }).AddLedger().BuildServiceProvider();
        (await services.GetRequiredService<ITaskQueue>().ClaimAsync(new WorkerIdentity("test", "boot"), new QueueOptions(), Token)).ShouldNotBeNull();
    }
}
