using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Queue;

public sealed class DiskFloorTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new();
    private readonly FakeLogger<DiskFloor> _log = new();
    private long _free = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Under_the_floor_nothing_new_starts_and_with_room_again_the_work_goes_on()
    {
        var floor = new DiskFloor(() => _free, 200, _log);
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _harness.Guards.Add(async (claim, token) =>
        {
            var lease = await floor.GuardAsync(claim, token);
            if (_free < 200)
                refused.TrySetResult();
            return lease;
        });
        using var worker = _harness.Worker((_, _) => Task.FromResult(QueueHarness.Succeeded()));
        await worker.StartAsync(Cancellation);
        var id = await _harness.AddAsync();
        await refused.Task.WaitAsync(Cancellation);
        for (var looks = 0; looks < 3; looks++)
            _harness.Time.Advance(new QueueOptions().SweepInterval);
        (await _harness.FindAsync(id)).State.ShouldBe(TaskState.Waiting);

        _free = 200;
        var ended = _harness.UntilAsync(id, task => !task.IsActive);
        while (!ended.IsCompleted)
        {
            _harness.Time.Advance(new QueueOptions().SweepInterval);
            await Task.Yield();
        }

        (await ended).State.ShouldBe(TaskState.Succeeded);
        await worker.StopAsync(Cancellation);
        _log.Collector.GetSnapshot().Select(line => line.Level).ShouldBe([LogLevel.Error, LogLevel.Information]);
        _log.Collector.GetSnapshot()[0].Message.ShouldBe(
            "Only 100 MB are free in the data folder; DISK_FLOOR_MB asks for 200. Make room: no task is started until then. Deliveries are still taken");
    }

    [Fact]
    public async Task A_task_that_runs_already_is_finished_under_the_floor()
    {
        _free = 300;
        _harness.Guards.Add(new DiskFloor(() => _free, 200, _log).GuardAsync);
        var id = await _harness.AddAsync();
        var second = await _harness.AddAsync(issue: 43);

        await _harness.Worker((_, _) =>
        {
            _free = 100;
            return Task.FromResult(QueueHarness.Succeeded());
        }).DrainAsync(Cancellation);

        (await _harness.FindAsync(id)).State.ShouldBe(TaskState.Succeeded);
        (await _harness.FindAsync(second)).State.ShouldBe(TaskState.Waiting);
    }

    [Fact]
    public void The_disk_of_the_folder_is_what_is_measured()
    {
        new DiskFloor(Path.GetTempPath(), 0, _log).Objection().ShouldBeNull();
        new DiskFloor(Path.GetTempPath(), int.MaxValue, _log).Objection()!.ShouldContain($"asks for {int.MaxValue}");
        new DiskFloor(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString()), 0, _log).Objection()!.ShouldContain("cannot be read");
    }
}
