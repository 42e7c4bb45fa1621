using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Conversation;

/// <summary>
/// Shows on GitHub the states that no run shows: waiting, cancelled, dead, and ends that a run could not show itself.
/// What it does may be repeated without harm. An issue that cannot be written to is logged once and counts as shown,
/// so that it holds up no other.
/// </summary>
public sealed partial class StateAnnouncer(
    ITaskQueue queue,
    StateNotice notice,
    ConversationOptions options,
    TimeProvider time,
    ILogger<StateAnnouncer> logger) : BackgroundService
{
    private const int Page = 50;

    /// <summary>One pass over everything that GitHub does not show yet; for the verb <c>once</c> and for the loop.</summary>
    /// <returns>When the next pass makes sense.</returns>
    public async Task<DateTimeOffset> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var task in await queue.UnannouncedAsync(Page, cancellationToken))
        {
            try
            {
                await AnnounceAsync(task, cancellationToken);
            }
            catch (GitHubException e) when (e.MayPass || e.Kind is GitHubFaultKind.Unauthorized)
            {
                // Not this issue's fault: every other one would meet the same.
                var next = e.RetryAt ?? time.GetUtcNow() + options.TroubleDelay;
                Log.GitHubAway(logger, next, e.Message);
                return next;
            }
            catch (GitHubException e) when (e.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Rejected && task.State == TaskState.Cancelled)
            {
                // The issue is gone, and that is why the task was cancelled.
                await queue.MarkAnnouncedAsync(task.Id, task.State, cancellationToken);
            }
            catch (GitHubException e)
            {
                Log.CannotShow(logger, task.Id, task.State, e.Message);
                await queue.MarkAnnouncedAsync(task.Id, task.State, cancellationToken);
            }
        }

        return time.GetUtcNow() + options.AnnounceInterval;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = options.TroubleDelay;
            try
            {
                pause = await RunOnceAsync(stoppingToken) - time.GetUtcNow();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.PassFailed(logger, e);
            }

            await Task.Delay(pause > options.AnnounceInterval ? pause : options.AnnounceInterval, time, stoppingToken);
        }
    }

    private async Task AnnounceAsync(QueuedTask task, CancellationToken cancellationToken)
    {
        if (task.State == TaskState.Running)
            return;
        if (task.State == TaskState.Waiting && time.GetUtcNow() - task.UpdatedAt < options.QueuedDelay)
            return;

        // That a follow-up waits its turn is no news on a pull request; what comes of it is.
        var isQuiet = task.Issue is null || task is { Kind: TaskKind.PrFeedback, State: TaskState.Waiting };
        if (isQuiet || await notice.ShowAsync(task, cancellationToken))
            await queue.MarkAnnouncedAsync(task.Id, task.State, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "GitHub does not answer; states are shown again after {Next:O}: {Reason}")]
        public static partial void GitHubAway(ILogger logger, DateTimeOffset next, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The state of {TaskId} ({State}) cannot be shown on GitHub and is left as it is: {Reason}")]
        public static partial void CannotShow(ILogger logger, TaskId taskId, TaskState state, string reason);

        [LoggerMessage(Level = LogLevel.Error, Message = "A pass of the announcer failed")]
        public static partial void PassFailed(ILogger logger, Exception exception);
    }
}
