using ClaudeBot.Ledger;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue;

/// <summary>One lease at work: the handler, its heartbeat, and its verdict written under the lease.</summary>
/// <param name="folderFree">Ends when earlier runs of the same task in this process have let go of its folder; faultless.</param>
internal sealed partial class RunningTask(
    TaskLease lease, Task folderFree, ITaskQueue queue, QueueOptions options, QueueMetrics metrics, TimeProvider time, IReadOnlyList<ClaimCheck> checks, TaskHandler handler, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan WriteRetry = TimeSpan.FromSeconds(1);

    private readonly TaskInterruption _interruption = new(options.SingleMachine ? null : new LeaseProof(options.LeaseDuration, time));

    public TaskLease Lease => lease;

    /// <summary>Does nothing when the task has ended meanwhile.</summary>
    public void Interrupt(InterruptionKind kind)
    {
        try
        {
            _interruption.Interrupt(kind);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Looks whether the lease is still held, without prolonging it.</summary>
    public async Task CheckLeaseAsync(CancellationToken cancellationToken)
    {
        var task = await queue.FindAsync(lease.Id, cancellationToken);
        if (task is not { State: TaskState.Running } || task.Fence != lease.Fence)
            Interrupt(InterruptionKind.LeaseLost);
    }

    /// <summary>Runs to the end and never throws.</summary>
    public async Task RunAsync()
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["task_id"] = lease.Id.Value });
        var began = time.GetTimestamp();
        using var heartbeatStop = new CancellationTokenSource();
        var heartbeat = HeartbeatAsync(heartbeatStop.Token);
        var verdict = await GetVerdictAsync();
        await heartbeatStop.CancelAsync();
        await heartbeat;

        var written = _interruption.Kind != InterruptionKind.LeaseLost && await WriteAsync(verdict);
        if (written)
            TellEnd(verdict, time.GetElapsedTime(began));
        else
            Log.LeaseLost(logger, lease.Id, time.GetElapsedTime(began).TotalSeconds);
    }

    public void Dispose() => _interruption.Dispose();

    private async Task<TaskVerdict> GetVerdictAsync()
    {
        try
        {
            await folderFree.WaitAsync(_interruption.Token);
            foreach (var check in checks)
            {
                if (await check(lease, _interruption.Token) is { } objection)
                    return new TaskVerdict.End(new TaskOutcome { State = TaskState.Cancelled, Reason = objection });
            }

            Log.Began(logger, lease.Id, lease.Task.Attempts);
            if (lease.Task.Attempts == 1)
                metrics.PickedUp(time.GetUtcNow() - lease.Task.CreatedAt);
            return await handler(lease, _interruption);
        }
        catch (Exception) when (_interruption.Kind is not null)
        {
            return new TaskVerdict.Requeue("The bot was stopped.", null, CountsAttempt: false);
        }
        catch (LedgerUnavailableException exception)
        {
            return new TaskVerdict.Requeue(exception.Message, time.GetUtcNow() + FirstBackOff, CountsAttempt: false);
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, lease.Id);
            return new TaskVerdict.Requeue($"{exception.GetType().Name}: {exception.Message}", time.GetUtcNow() + BackOff(), CountsAttempt: true);
        }
    }

    private TimeSpan BackOff()
    {
        var doublings = Math.Min(lease.Task.Attempts - 1, 10);
        return TimeSpan.FromTicks(Math.Min(FirstBackOff.Ticks << Math.Max(0, doublings), LongestBackOff.Ticks));
    }

    private async Task HeartbeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.HeartbeatInterval, time);
        try
        {
            while (_interruption.Kind != InterruptionKind.LeaseLost && await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    var askedAt = time.GetTimestamp();
                    if (await queue.HeartbeatAsync(lease, options.LeaseDuration, cancellationToken))
                        _interruption.Proof?.Renew(askedAt);
                    else
                        Interrupt(InterruptionKind.LeaseLost);
                }
                catch (LedgerUnavailableException exception)
                {
                    Log.HeartbeatFailed(logger, exception, lease.Id);
                    if (!_interruption.MayAct)
                        Interrupt(InterruptionKind.LeaseLost);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>
    /// Writes the verdict; while the ledger is away it tries again, once more when the process stops. What could not
    /// be written is found running under an old boot id at the next start, and its steps are looked up before they are
    /// done again.
    /// </summary>
    private async Task<bool> WriteAsync(TaskVerdict verdict)
    {
        var isFallback = false;
        while (true)
        {
            try
            {
                return verdict switch
                {
                    TaskVerdict.End end => await queue.EndAsync(lease, end.Outcome, CancellationToken.None),
                    TaskVerdict.Requeue requeue => await queue.RequeueAsync(lease, requeue.Reason, requeue.NotBefore, requeue.CountsAttempt, CancellationToken.None),
                    TaskVerdict.Ask ask => await queue.AskAsync(lease, ask.Request, CancellationToken.None),
                    _ => throw new InvalidOperationException($"No such verdict: {verdict}"),
                };
            }
            catch (LedgerUnavailableException exception)
            {
                Log.VerdictNotWritten(logger, exception, lease.Id);
                if (_interruption.Kind is not null)
                    return false;
            }
            catch (Exception exception) when (!isFallback)
            {
                // A verdict that the ledger refuses must not leave the task running for ever.
                Log.Failed(logger, exception, lease.Id);
                verdict = new TaskVerdict.Requeue($"The verdict was refused: {exception.Message}", time.GetUtcNow() + BackOff(), CountsAttempt: true);
                isFallback = true;
                continue;
            }

            await Task.Delay(WriteRetry, time, _interruption.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private void TellEnd(TaskVerdict verdict, TimeSpan took)
    {
        var state = verdict switch
        {
            TaskVerdict.End end => end.Outcome.State,
            // The queue made this the last attempt.
            TaskVerdict.Requeue { CountsAttempt: true } when lease.Task.Attempts >= options.MaxAttempts => TaskState.Dead,
            _ => (TaskState?)null,
        };
        if (state is TaskState.Failed or TaskState.Dead)
            Log.EndedBadly(logger, lease.Id, state.Value.Word(), (verdict as TaskVerdict.End)?.Outcome.Reason ?? ((TaskVerdict.Requeue)verdict).Reason, took.TotalSeconds);
        else
            Log.Ended(logger, lease.Id, Describe(verdict), took.TotalSeconds);
        if (state is { } ended)
            metrics.Ended(lease.Task.Kind, ended, took);
    }

    private static string Describe(TaskVerdict verdict) => verdict switch
    {
        TaskVerdict.End end => $"{end.Outcome.State.Word()}: {end.Outcome.Reason}",
        TaskVerdict.Requeue requeue => $"requeued: {requeue.Reason}",
        TaskVerdict.Ask => "needs_input",
        _ => "",
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Task {TaskId} began, attempt {Attempt}")]
        public static partial void Began(ILogger logger, TaskId taskId, int attempt);

        [LoggerMessage(LogLevel.Information, "Task {TaskId} {Verdict} task_duration={Seconds:F1}s")]
        public static partial void Ended(ILogger logger, TaskId taskId, string verdict, double seconds);

        [LoggerMessage(LogLevel.Error, "Task {TaskId} {State}: {Reason} task_duration={Seconds:F1}s", EventName = "TaskFailed")]
        public static partial void EndedBadly(ILogger logger, TaskId taskId, string state, string reason, double seconds);

        [LoggerMessage(LogLevel.Warning, "Task {TaskId} was taken from this worker; nothing more is written for it task_duration={Seconds:F1}s")]
        public static partial void LeaseLost(ILogger logger, TaskId taskId, double seconds);

        [LoggerMessage(LogLevel.Error, "Task {TaskId}: the attempt failed unexpectedly")]
        public static partial void Failed(ILogger logger, Exception exception, TaskId taskId);

        [LoggerMessage(LogLevel.Warning, "Task {TaskId}: no heartbeat, the ledger is away")]
        public static partial void HeartbeatFailed(ILogger logger, Exception exception, TaskId taskId);

        [LoggerMessage(LogLevel.Error, "Task {TaskId}: the verdict could not be written, the ledger is away")]
        public static partial void VerdictNotWritten(ILogger logger, Exception exception, TaskId taskId);
    }
}
