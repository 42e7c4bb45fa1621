using System.Collections.Concurrent;
using ClaudeBot.Ledger;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue;

/// <summary>
/// Claims tasks up to the caps and gives each to the handler. Before the host starts anything it takes back what a dead
/// process left; at its stop it admits nothing more, interrupts the handlers and waits for them as long as the host allows.
/// </summary>
public sealed partial class QueueWorker(
    ITaskQueue queue,
    QueueOptions options,
    WorkerIdentity identity,
    QueueSignal signal,
    QueueNotices notices,
    QueueMetrics metrics,
    TimeProvider time,
    IEnumerable<ClaimCheck> checks,
    IEnumerable<ClaimGuard> guards,
    TaskHandler handler,
    ILogger<QueueWorker> logger) : BackgroundService, IHostedLifecycleService
{
    // By lease, not by task: one that was cancelled and retried is claimed again while its old run still clears up.
    private readonly ConcurrentDictionary<(TaskId Id, long Fence), (RunningTask Task, Task Work)> _running = new();
    private readonly IReadOnlyList<ClaimCheck> _checks = [.. checks];
    private readonly Func<CancellationToken, Task<TaskLease?>> _claim = guards.Aggregate(
        (CancellationToken token) => queue.ClaimAsync(identity, options, token),
        (claim, guard) => token => guard(claim, token));
    private bool _reclaimed;

    /// <summary>Tasks that this process works on now.</summary>
    public IReadOnlyCollection<TaskId> Running => [.. _running.Keys.Select(lease => lease.Id).Distinct()];

    /// <summary>Works until nothing can be claimed and nothing runs; for a worker that is not started as a service.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => WorkAsync(untilIdle: true, cancellationToken);

    /// <summary>All services are told this before the first of them starts: nobody polls or takes in before the reclaim.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReclaimAsync(cancellationToken);
        }
        catch (LedgerUnavailableException exception)
        {
            Log.LookFailed(logger, exception); // The loop tries again, before its first claim.
        }
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts its services one after another; the first claim may wait for a disk.
        await Task.Yield();
        await WorkAsync(untilIdle: false, stoppingToken);
    }

    private async Task WorkAsync(bool untilIdle, CancellationToken stoppingToken)
    {
        notices.Changed += signal.Set;
        notices.LeaseRevoked += LookAgain;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var claimed = false;
                try
                {
                    // Before the first claim, always; later only where another worker may have died.
                    if (!_reclaimed || !options.SingleMachine)
                        await ReclaimAsync(stoppingToken);
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
            notices.LeaseRevoked -= LookAgain;
        }
    }

    private async Task ReclaimAsync(CancellationToken stoppingToken)
    {
        foreach (var task in await queue.ReclaimAsync(identity.BootId, options.SingleMachine, stoppingToken))
            Log.Reclaimed(logger, task.Id);
        _reclaimed = true;
    }

    private async Task<bool> ClaimAllAsync(CancellationToken stoppingToken)
    {
        var claimed = false;
        while (_running.Count < options.MaxConcurrentTasks && await _claim(stoppingToken) is { } lease)
        {
            claimed = true;
            Start(lease);
        }

        return claimed;
    }

    private void Start(TaskLease lease)
    {
        var older = _running.Where(pair => pair.Key.Id == lease.Id).Select(pair => pair.Value).ToList();
        older.ForEach(run => run.Task.Interrupt(InterruptionKind.LeaseLost));
        var running = new RunningTask(lease, Task.WhenAll(older.Select(run => run.Work)), queue, options, metrics, time, _checks, handler, logger);
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
                    _running.TryRemove((lease.Id, lease.Fence), out _);
                    running.Dispose();
                    signal.Set();
                }
            },
            CancellationToken.None);
        _running[(lease.Id, lease.Fence)] = (running, work);
        entered.SetResult();
    }

    // The notice names the task, not the lease, and may come late: the ledger tells which run it means.
    private void LookAgain(TaskId id) => signal.Set();

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Task {TaskId} was left by a worker that died; it waits again")]
        public static partial void Reclaimed(ILogger logger, TaskId taskId);

        [LoggerMessage(LogLevel.Error, "The queue cannot be read now; looking again soon")]
        public static partial void LookFailed(ILogger logger, Exception exception);
    }
}
