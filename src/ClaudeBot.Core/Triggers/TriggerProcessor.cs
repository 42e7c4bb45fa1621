using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Triggers.Comments;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>Decides the deliveries of the inbox, oldest first, one at a time.</summary>
public sealed partial class TriggerProcessor : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestTrial = TimeSpan.FromDays(1);

    private readonly DeliveryDecider _decider;
    private readonly ITaskQueue _queue;
    private readonly IInbox _inbox;
    private readonly IIntakeProgress _progress;
    private readonly MissedEvents _missed;
    private readonly InboxSignal _signal;
    private readonly QueueSignal _tasks;
    private readonly TriggerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TriggerProcessor> _logger;

    public TriggerProcessor(
        GitHubClient github,
        ITaskQueue queue,
        IInbox inbox,
        IIntakeProgress progress,
        ServedRepositories served,
        RemarkDecider remarks,
        PullRequestPoller pulls,
        MissedEvents missed,
        InboxSignal signal,
        QueueSignal tasks,
        TriggerOptions options,
        TimeProvider time,
        ILogger<TriggerProcessor> logger)
    {
        var inspector = new IssueInspector(github, queue, served, options, time);
        _decider = new DeliveryDecider(inspector, new CommentDecider(github, inspector, remarks, queue, served, options, time), remarks, pulls, github, queue, options);
        (_queue, _inbox, _progress, _missed) = (queue, inbox, progress, missed);
        (_signal, _tasks, _options, _time, _logger) = (signal, tasks, options, time, logger);
    }

    /// <summary>Decides all deliveries that are due now; gives how many were decided, those put off left out.</summary>
    public async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var decided = 0;
        var seen = new HashSet<string>();
        while (true)
        {
            // One that is still pending after its turn waits for the next sweep.
            var due = (await _inbox.PendingAsync(Batch, cancellationToken)).Where(delivery => seen.Add(delivery.Id)).ToArray();
            if (due.Length == 0)
                return decided;
            foreach (var delivery in due)
            {
                if (await DecideAsync(delivery, cancellationToken))
                    decided++;
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DrainAsync(stoppingToken);
                await _signal.WaitAsync(_options.SweepInterval, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                // The ledger may be away; the deliveries are safe in it and wait.
                Log.DrainFailed(_logger, fault);
                await Task.Delay(_options.SweepInterval, _time, stoppingToken);
            }
        }
    }

    private async Task<bool> DecideAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        Decision decision;
        try
        {
            decision = await _decider.DecideAsync(delivery, cancellationToken);
        }
        catch (GitHubException fault)
        {
            var until = RetryAt(delivery, fault.RetryAt);
            await _inbox.PostponeAsync(delivery.Id, fault.Message, until, cancellationToken);
            Log.Postponed(_logger, delivery.Event, delivery.Id, fault.Message, until);
            return false;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A fault of ours with one delivery: the others go on. It is tried for a day and then let go.
            Log.DecisionFailed(_logger, delivery.Event, delivery.Id, fault);
            if (_time.GetUtcNow() - delivery.ReceivedAt < LongestTrial)
            {
                await _inbox.PostponeAsync(delivery.Id, $"The decision failed: {fault.GetType().Name}.", RetryAt(delivery, null), cancellationToken);
                return false;
            }

            decision = new Decision { Outcome = "ignored", Reason = $"This delivery could not be decided within a day ({fault.GetType().Name}); the log has the details." };
        }

        if (decision.Order is { } order)
        {
            await ObeyAsync(delivery, order, cancellationToken);
            return true;
        }

        // First, and again after a crash in between: the second time it changes nothing.
        var cancelled = decision.Cancels is { } end && await _queue.CancelAsync(end.TaskId, end.Reason, "bot", cancellationToken);
        var result = await _inbox.DecideAsync(delivery.Id, decision, cancellationToken);
        var tookEffect = decision.Remark is { } remark ? await IsNewAsync(delivery, remark, cancellationToken) : cancelled || result is EnqueueResult.Added;
        if (tookEffect && await WasMissedAsync(delivery, cancellationToken))
            _missed.Count();
        if (result is EnqueueResult.Full full)
        {
            Log.QueueFull(_logger, delivery.Event, delivery.Id, decision.Subject, full.Reason);
            return false;
        }

        if (result is EnqueueResult.Added added)
        {
            _tasks.Set();
            Log.TaskMade(_logger, added.Task.Id, decision.Subject, decision.Reason);
        }
        else if (cancelled)
        {
            Log.TaskCancelled(_logger, decision.Cancels!.TaskId, decision.Subject, decision.Cancels.Reason);
        }
        else
        {
            var level = decision.AsksForWork ? LogLevel.Information : LogLevel.Debug;
            var reason = Told(result) ?? decision.Reason;
            Log.NoTask(_logger, level, delivery.Event, delivery.Id, decision.Subject, reason);
        }

        return true;
    }

    private async Task ObeyAsync(Delivery delivery, CommandOrder order, CancellationToken cancellationToken)
    {
        var result = await _inbox.CarryOutAsync(delivery.Id, order, cancellationToken);
        if (result.IsDone && await WasMissedAsync(delivery, cancellationToken))
            _missed.Count();
        Log.Obeyed(_logger, order.CommentId, order.Subject, order.By, result.Reason);
    }

    private async Task<bool> WasMissedAsync(Delivery delivery, CancellationToken cancellationToken) =>
        delivery.Event.StartsWith("poll.", StringComparison.Ordinal) || (await _progress.RedeliveredAsync([delivery.Id], cancellationToken)).Count > 0;

    /// <summary>A remark that was known already changes nothing; and a conflict is not counted, since no webhook tells of one.</summary>
    private async Task<bool> IsNewAsync(Delivery delivery, Remark remark, CancellationToken cancellationToken) =>
        remark.Kind != RemarkKind.Conflict && await _inbox.FindDecisionAsync(delivery.Id, cancellationToken) is { Outcome: "feedback" };

    private static string? Told(EnqueueResult? result) => result switch
    {
        EnqueueResult.AlreadyActive active => $"Task {active.Task.Id} is at work on it already.",
        EnqueueResult.Stale stale => $"Task {stale.Task.Id} ended after the issue was looked at.",
        _ => null,
    };

    /// <summary>As long again as the delivery has waited already, within bounds; not before GitHub allows it.</summary>
    private DateTimeOffset RetryAt(Delivery delivery, DateTimeOffset? allowed)
    {
        var now = _time.GetUtcNow();
        var waited = TimeSpan.FromTicks(Math.Clamp((now - delivery.ReceivedAt).Ticks, ShortestWait.Ticks, LongestWait.Ticks));
        return allowed > now ? allowed.Value : now + waited;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Task {TaskId} made for {Subject}: {Reason}")]
        public static partial void TaskMade(ILogger logger, TaskId taskId, IssueReference? subject, string reason);

        [LoggerMessage(6, LogLevel.Information, "Task {TaskId} for {Subject} cancelled: {Reason}")]
        public static partial void TaskCancelled(ILogger logger, TaskId taskId, IssueReference? subject, string reason);

        [LoggerMessage(7, LogLevel.Information, "Comment {Comment} on {Subject} by {By}: {Reason}")]
        public static partial void Obeyed(ILogger logger, long comment, IssueReference subject, string by, string reason);

        [LoggerMessage(EventId = 2, Message = "No task from {Event} delivery {Delivery} ({Subject}): {Reason}")]
        public static partial void NoTask(ILogger logger, LogLevel level, string @event, string delivery, IssueReference? subject, string reason);

        [LoggerMessage(3, LogLevel.Warning, "{Event} delivery {Delivery} cannot be decided now: {Reason}; again at {Until:u}")]
        public static partial void Postponed(ILogger logger, string @event, string delivery, string reason, DateTimeOffset until);

        [LoggerMessage(6, LogLevel.Error, "{Event} delivery {Delivery} ({Subject}) waits: {Reason}")]
        public static partial void QueueFull(ILogger logger, string @event, string delivery, IssueReference? subject, string reason);

        [LoggerMessage(4, LogLevel.Error, "The inbox cannot be worked off now; it is looked at again soon")]
        public static partial void DrainFailed(ILogger logger, Exception fault);

        [LoggerMessage(5, LogLevel.Error, "{Event} delivery {Delivery} could not be decided")]
        public static partial void DecisionFailed(ILogger logger, string @event, string delivery, Exception fault);
    }
}
