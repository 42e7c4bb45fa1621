using System.Globalization;
using ClaudeBot.Queue;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.FollowUps;

/// <summary>
/// Gathers remarks into tasks: one for each pull request, once its people have been quiet for a while. While a task is at
/// work on the pull request, what is said gathers for the next. Bots that answer each other are told so and left: where
/// they alone gave cause for <see cref="FollowUpOptions.MostRoundsOfBots"/> tasks in a row, a person has to speak first.
/// </summary>
public sealed partial class FollowUpMaker(
    IRemarks remarks, ITaskQueue queue, QueueSignal signal, FollowUpOptions options, TimeProvider time, ILogger<FollowUpMaker> logger) : BackgroundService
{
    private static readonly TimeSpan LoopWindow = TimeSpan.FromHours(1);

    private readonly BotTurns _turns = new(options);

    /// <summary>One look at what waits; gives how many tasks were made.</summary>
    public async Task<int> MakeDueAsync(CancellationToken cancellationToken)
    {
        var made = 0;
        foreach (var batch in (await remarks.WaitingAsync(cancellationToken)).GroupBy(stored => stored.Remark.Pull))
        {
            if (IsDue([.. batch]) && await HeardAsync(batch.Key, [.. batch], cancellationToken) is { Count: > 0 } heard && await MakeAsync(batch.Key, heard, cancellationToken))
                made++;
        }

        if (made > 0)
            signal.Set();
        return made;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wait = options.QuietPeriod < options.SweepInterval ? options.QuietPeriod : options.SweepInterval;
        while (options.Enabled && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await MakeDueAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // The ledger may be away; the remarks are safe in it and wait.
                Log.Failed(logger, fault);
            }

            await Task.Delay(wait, time, stoppingToken);
        }
    }

    // A time in the future was written before the clock was put back.
    private bool IsDue(IReadOnlyList<StoredRemark> batch)
    {
        var now = time.GetUtcNow();
        var (oldest, newest) = (batch.Min(stored => stored.SeenAt), batch.Max(stored => stored.SeenAt));
        return newest > now || now - newest >= options.QuietPeriod || now - oldest >= options.LongestGathering;
    }

    /// <summary>What of the batch is to be seen to: without what bots said when they have had their turns.</summary>
    private async Task<IReadOnlyList<StoredRemark>> HeardAsync(IssueReference pull, IReadOnlyList<StoredRemark> batch, CancellationToken cancellationToken)
    {
        if (!batch.Any(_turns.IsOfBot) || batch.Any(_turns.IsOfPerson))
            return batch;
        var all = await remarks.OfPullAsync(pull, cancellationToken);
        var rounds = _turns.Taken(all, besides: null);
        if (rounds < options.MostRoundsOfBots)
            return batch;

        var left = batch.Where(_turns.IsOfBot).ToList();
        await remarks.LeaveAsync(
            left,
            string.Create(CultureInfo.InvariantCulture, $"bots:{pull}:{_turns.LastOfPerson(all)}"),
            $"I stop answering bots here: {rounds} follow-ups in a row were asked for by bots alone. What they say is left until a person who may write here says something.",
            cancellationToken);
        Log.Left(logger, pull, left.Count, rounds);
        return [.. batch.Except(left)];
    }

    private async Task<bool> MakeAsync(IssueReference pull, IReadOnlyList<StoredRemark> batch, CancellationToken cancellationToken)
    {
        var tasks = await queue.FindByIssueAsync(pull, cancellationToken);
        var since = time.GetUtcNow() - LoopWindow;
        if (tasks.Any(task => task.IsActive))
            return false;
        if (tasks.Count(task => task.CreatedAt > since) >= options.MaxTasksPerHour)
        {
            Log.TooMany(logger, pull, batch.Count, options.MaxTasksPerHour);
            return false;
        }

        if (await remarks.OriginAsync(pull, cancellationToken) is not { } origin)
            return false;
        var result = await remarks.MakeTaskAsync(FollowUpTask.For(origin, batch), batch, cancellationToken);
        if (result is not EnqueueResult.Added added)
            return false;
        Log.Made(logger, added.Task.Id, pull, batch.Count);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Task {TaskId} made to follow up on {Pull}: {Count} remarks")]
        public static partial void Made(ILogger logger, TaskId taskId, IssueReference pull, int count);

        [LoggerMessage(2, LogLevel.Debug, "{Count} remarks on {Pull} wait: {Most} tasks were made for it within the last hour")]
        public static partial void TooMany(ILogger logger, IssueReference pull, int count, int most);

        [LoggerMessage(4, LogLevel.Warning, "{Count} remarks of bots on {Pull} are left: bots alone gave cause for {Rounds} follow-ups in a row")]
        public static partial void Left(ILogger logger, IssueReference pull, int count, int rounds);

        [LoggerMessage(3, LogLevel.Error, "Remarks on pull requests cannot be gathered into tasks now; they are looked at again soon")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
