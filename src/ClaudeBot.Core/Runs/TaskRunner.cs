using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Runs;

/// <summary>
/// Takes one task from lease to outcome: announce, prepare, agent, checks, push, pull request, read back, close.
/// The handler of the worker loop.
/// </summary>
public sealed partial class TaskRunner(
    RunFactory runs,
    Announcement announcement,
    ProgressFollower follower,
    Preparation preparation,
    Asking asking,
    AgentRounds rounds,
    Handover handover,
    Publication publication,
    FollowUpStart followUpStart,
    FollowUpWork followUps,
    Closing closing,
    RunFaults faults,
    RunOptions options,
    TimeProvider time,
    ILogger<TaskRunner> logger)
{
    /// <summary>
    /// Gives the verdict on the task; throws only when the ledger is away, which is the worker loop's to wait for. Interrupted by
    /// "stopping" it sets the task aside within <see cref="RunOptions.ParkTimeout"/>; by "lease lost" it ends at once
    /// and writes nothing more (the verdict is then refused by the queue's fence).
    /// </summary>
    public async Task<TaskVerdict> RunAsync(TaskLease lease, TaskInterruption interruption)
    {
        using var trace = RunTrace.Begin(lease);
        var verdict = await TryAsync(lease, interruption);
        RunTrace.End(trace, verdict);
        return verdict;
    }

    private async Task<TaskVerdict> TryAsync(TaskLease lease, TaskInterruption interruption)
    {
        WriteLeave.AskBeforeEachWrite(() => interruption.MayAct);
        Run? run = null;
        RunEnd end;
        try
        {
            run = await runs.StartAsync(lease, interruption.Token);
            end = await Closing.CutOffAsync(run, interruption.Token) ?? await WorkAsync(run, interruption.Token);
        }
        catch (Exception) when (interruption.Kind == InterruptionKind.LeaseLost)
        {
            return Lost(lease);
        }
        catch (StaleLeaseException)
        {
            return Lost(lease);
        }
        catch (Exception) when (interruption.Kind == InterruptionKind.Stopping)
        {
            end = new RunEnd.Again("The bot was stopped; the task goes on when it is back.", NotBefore: null, CountsAttempt: false);
        }
        catch (Exception e) when (e is not LedgerUnavailableException)
        {
            end = Explain(e, run);
        }

        return run is null ? end.Verdict : await CloseAsync(run, end, interruption);
    }

    private async Task<RunEnd> WorkAsync(Run run, CancellationToken cancellationToken)
    {
        if (run.IsFollowUp)
            await RunTrace.StepAsync("look", () => followUpStart.BeginAsync(run, cancellationToken));
        await RunTrace.StepAsync("announce", () => announcement.AnnounceAsync(run, cancellationToken));
        await using var following = follower.Follow(run);
        if (run.FollowUp is not null)
            return run.Said.MustWait ? asking.Again(run) : await followUps.WorkAsync(run, cancellationToken);
        if (await handover.UnfinishedAsync(run, cancellationToken) is { } pushed)
            return await PublishAsync(run, pushed, lookFirst: true, cancellationToken);

        if (run.Said.MustWait)
            return asking.Again(run);

        var prepared = await RunTrace.StepAsync("prepare", () => preparation.PrepareAsync(run, cancellationToken));
        var work = await RunTrace.StepAsync("work", () => rounds.WorkAsync(run, prepared, cancellationToken));
        var report = await RunTrace.StepAsync("push", () => handover.PushAsync(run, work, cancellationToken));
        return await PublishAsync(run, report, lookFirst: work.Prepared.Workspace.RemoteSha is not null, cancellationToken);
    }

    private Task<RunEnd> PublishAsync(Run run, ChangeReport report, bool lookFirst, CancellationToken cancellationToken) =>
        RunTrace.StepAsync("publish", () => publication.PublishAsync(run, report, lookFirst, cancellationToken));

    private async Task<TaskVerdict> CloseAsync(Run run, RunEnd end, TaskInterruption interruption)
    {
        // The interruption's own token has fired already when the bot stops; a stop while closing shortens the time.
        using var limit = new CancellationTokenSource(interruption.Kind is null ? options.CloseTimeout : options.ParkTimeout, time);
        using var onStop = interruption.Token.Register(() => limit.CancelAfter(interruption.Kind == InterruptionKind.LeaseLost ? TimeSpan.Zero : options.ParkTimeout));
        try
        {
            await RunTrace.StepAsync("close", () => closing.CloseAsync(run, end, limit.Token));
        }
        catch (StaleLeaseException)
        {
            return Lost(run.Lease);
        }
        catch (Exception e)
        {
            Log.NotClosed(logger, e.Message);
        }

        return end.Verdict;
    }

    private RunEnd Explain(Exception exception, Run? run)
    {
        var end = faults.Explain(exception, run?.AgentStarted ?? false);
        if (exception is not RunEndException)
            Log.Broken(logger, exception, end.Reason);
        return end;
    }

    private TaskVerdict.Requeue Lost(TaskLease lease)
    {
        Log.Lost(logger, lease.Id);
        return new TaskVerdict.Requeue("The lease is gone.", NotBefore: null, CountsAttempt: false);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The run was broken off: {Reason}")]
        public static partial void Broken(ILogger logger, Exception exception, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The run's end could not be shown in time: {Reason}")]
        public static partial void NotClosed(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "The lease on {TaskId} is gone; the run stops and writes nothing more")]
        public static partial void Lost(ILogger logger, TaskId taskId);
    }
}
