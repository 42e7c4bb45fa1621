using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue;

/// <summary>
/// Claims tasks up to the caps and gives each to the handler. At its start it takes back what a dead process left; at
/// its stop it admits nothing more, interrupts the handlers and waits for them as long as the host allows.
/// </summary>
public sealed partial class QueueWorker(
    ITaskQueue queue,
    QueueOptions options,
    WorkerIdentity identity,
    QueueSignal signal,
    QueueNotices notices,
    TimeProvider time,
    IEnumerable<AdmissionCheck> admissions,
    IEnumerable<ClaimCheck> checks,
    TaskHandler handler,
    ILogger<QueueWorker> logger) : BackgroundService
{
    private readonly ConcurrentDictionary<TaskId, (RunningTask Task, Task Work)> _running = new();
    private readonly IReadOnlyList<AdmissionCheck> _admissions = [.. admissions];
    private readonly IReadOnlyList<ClaimCheck> _checks = [.. checks];

    /// <summary>Tasks that this process works on now.</summary>
    public IReadOnlyCollection<TaskId> Running => [.. _running.Keys];

    /// <summary>Works until nothing can be claimed and nothing runs; for a worker that is not started as a service.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => WorkAsync(untilIdle: true, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts its services one after another; the first claim may wait for a disk.
        await Task.Yield();
        await WorkAsync(untilIdle: false, stoppingToken);
    }

    private async Task WorkAsync(bool untilIdle, CancellationToken stoppingToken)
    {
        notices.Changed += signal.Set;
        notices.LeaseRevoked += Revoke;
        try
        {
            var reclaimed = false;
            while (!stoppingToken.IsCancellationRequested)
            {
                var claimed = false;
                try
                {
                    // Before the first claim, always; later only where another machine may have died.
                    if (!reclaimed || !options.SingleMachine)
                        await ReclaimAsync(stoppingToken);
                    reclaimed = true;
                    claimed = await ClaimAllAsync(stoppingToken);
                    foreach (var running in _running.Values)
                        await running.Task.CheckLeaseAsync(stoppingToken);
                }
                catch (Exception exception) when (!untilIdle && !stoppingToken.IsCancellationRequested)
                {
                    Log.LookFailed(logger, exception);
                }

                if (untilIdle && !claimed && _running.IsEmpty)
                    return;
                await signal.WaitAsync(options.SweepInterval, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            notices.Changed -= signal.Set;
            foreach (var running in _running.Values)
                running.Task.Interrupt(InterruptionKind.Stopping);
            await Task.WhenAll(_running.Values.Select(running => running.Work));
            notices.LeaseRevoked -= Revoke;
        }
    }

    private async Task ReclaimAsync(CancellationToken stoppingToken)
    {
        foreach (var task in await queue.ReclaimAsync(identity.BootId, options.SingleMachine, stoppingToken))
            Log.Reclaimed(logger, task.Id);
    }

    private async Task<bool> ClaimAllAsync(CancellationToken stoppingToken)
    {
        var claimed = false;
        while (_running.Count < options.MaxConcurrentTasks && _admissions.All(check => check() is null) && await queue.ClaimAsync(identity, options, stoppingToken) is { } lease)
        {
            claimed = true;
            Start(lease);
        }

        return claimed;
    }

    private void Start(TaskLease lease)
    {
        var running = new RunningTask(lease, queue, options, time, _checks, handler, logger);
        var entered = new TaskCompletionSource();
        var work = Task.Run(
            async () =>
            {
                await entered.Task;
                try
                {
                    await running.RunAsync();
                }
                finally
                {
                    _running.TryRemove(lease.Id, out _);
                    running.Dispose();
                    signal.Set();
                }
            },
            CancellationToken.None);
        _running[lease.Id] = (running, work);
        entered.SetResult();
    }

    private void Revoke(TaskId id)
    {
        if (_running.TryGetValue(id, out var running))
            running.Task.Interrupt(InterruptionKind.LeaseLost);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Task {TaskId} was left by a worker that died; it waits again")]
        public static partial void Reclaimed(ILogger logger, TaskId taskId);

        [LoggerMessage(LogLevel.Error, "The queue cannot be read now; looking again soon")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
