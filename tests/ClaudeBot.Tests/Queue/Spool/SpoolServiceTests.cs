using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Queue.Spool;

/// <summary>The loop on real file events: the clock stands, unless a test moves it.</summary>
public sealed class SpoolServiceTests : SpoolHarness
{
    private const string Valid = """{"title":"Add a test","description":"For the parser.","repo":"octo/demo","issue":7}""";

    private readonly FakeLogger<SpoolService> _log = new();

    [Fact]
    public async Task A_file_dropped_in_is_a_task_and_a_removed_one_is_cancelled_without_waiting_for_a_sweep()
    {
        using var service = Service();
        await service.StartAsync(Cancellation);
        var first = await Harness.AddAsync(issue: 1);
        await UntilAsync(() => File.Exists(QueueFile(first)));

        Drop("mine.json", Valid);
        await UntilAsync(() => Names("queue") is { Count: 2 } names && !names.Contains("mine.json"));
        var dropped = (await Harness.Queue.FindByIssueAsync(new IssueReference(RepositoryName.Parse("octo/demo"), 7), Cancellation)).ShouldHaveSingleItem();
        dropped.State.ShouldBe(TaskState.Waiting);

        File.Delete(QueueFile(dropped.Id));
        var cancelled = Harness.UntilAsync(dropped.Id, task => !task.IsActive);
        while (!cancelled.IsCompleted)
        {
            // Only as far as an editor may need, over and over; far less than the sweep waits.
            Harness.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await cancelled).Reason.ShouldBe("queue file removed");
        (await Harness.FindAsync(first)).State.ShouldBe(TaskState.Waiting);
        await service.StopAsync(Cancellation);
    }

    [Fact]
    public async Task An_edited_priority_is_obeyed_at_once()
    {
        using var service = Service();
        await service.StartAsync(Cancellation);
        var id = await Harness.AddAsync();
        await UntilAsync(() => File.Exists(QueueFile(id)));
        var text = await File.ReadAllTextAsync(QueueFile(id), Cancellation);

        await File.WriteAllTextAsync(At("tmp", "edited"), text.Replace("medium", "urgent", StringComparison.Ordinal), Cancellation);
        File.Move(At("tmp", "edited"), QueueFile(id), overwrite: true);

        await Harness.UntilAsync(id, task => task.Priority == TaskPriority.Urgent);
        await service.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_disk_that_takes_no_files_is_told_of_once_and_nothing_is_lost()
    {
        using var service = Service();
        await service.StartAsync(Cancellation);
        Directory.Delete(At("tmp"), recursive: true);
        var id = await Harness.AddAsync();
        for (var sweeps = 0; sweeps < 3; sweeps++)
        {
            var before = _log.Collector.Count;
            await UntilAsync(() => _log.Collector.Count > before, Advance);
        }

        Directory.CreateDirectory(At("tmp"));
        await UntilAsync(() => File.Exists(QueueFile(id)), Advance);
        await UntilAsync(() => _log.Collector.GetSnapshot().Any(line => line.Level == LogLevel.Information), Advance);
        await service.StopAsync(Cancellation);

        _log.Collector.GetSnapshot().Where(line => line.Level >= LogLevel.Information).Select(line => line.Level)
            .ShouldBe([LogLevel.Error, LogLevel.Information]);
        (await Harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);

        void Advance() => Harness.Time.Advance(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_task_that_came_to_wait_in_the_last_moment_has_its_file_when_the_bot_has_stopped()
    {
        using var service = Service();
        await service.StartAsync(Cancellation);
        var first = await Harness.AddAsync(issue: 1);
        await UntilAsync(() => File.Exists(QueueFile(first)));

        // The loop hears nothing of it, as when it is told to end at the same moment.
        var last = await Harness.AddAsync(issue: 2, queue: Harness.OtherProcess);
        await service.StopAsync(Cancellation);

        File.Exists(QueueFile(last)).ShouldBeTrue();
    }

    private SpoolService Service()
    {
        var options = new SpoolOptions { DataDirectory = Root, SweepInterval = TimeSpan.FromHours(1) };
        return new SpoolService(Sut, options, new DataFolder(options), Harness.Notices, Harness.Time, _log);
    }

    private static async Task UntilAsync(Func<bool> holds, Action? meanwhile = null)
    {
        while (!holds())
        {
            Cancellation.ThrowIfCancellationRequested();
            meanwhile?.Invoke();
            await Task.Yield();
        }
    }
}
