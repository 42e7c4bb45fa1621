using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Looks at the bot's open pull requests every <see cref="TriggerOptions.PrCheckInterval"/>, beside the webhooks, and
/// puts what is said there into the same inbox.
/// </summary>
public sealed partial class PullRequestPoller(
    GitHubClient github,
    ITaskQueue queue,
    IInbox inbox,
    IRemarks remarks,
    ServedRepositories served,
    InboxSignal signal,
    TriggerOptions options,
    FollowUpOptions followUps,
    TimeProvider time,
    ILogger<PullRequestPoller> logger) : BackgroundService
{
    private readonly PullRequestPoll _poll = new(github, queue, inbox, remarks, time);

    /// <summary>One look at every repository. A repository that fails does not stop the others; a rate limit does.</summary>
    /// <returns>When a rate limit ends that cut the look short; null without one.</returns>
    public async Task<DateTimeOffset?> PollOnceAsync(CancellationToken cancellationToken)
    {
        if (!followUps.Enabled)
            return null;
        foreach (var repository in await served.ListAsync(cancellationToken))
        {
            try
            {
                var found = await _poll.LookAsync(repository, cancellationToken);
                if (found.Stored > 0)
                    signal.Set();
                if (found.Looked > 0)
                    Log.Polled(logger, repository, found.Looked, found.Stored);
                foreach (var cancelled in found.Cancelled)
                    Log.Cancelled(logger, cancelled.TaskId, cancelled.Reason);
            }
            catch (GitHubException fault)
            {
                Log.RepositoryFailed(logger, repository, fault.Message);
                if (fault.Kind == GitHubFaultKind.RateLimited)
                    return fault.RetryAt;
            }
        }

        return null;
    }

    /// <summary>Looks whether the bot's pull requests into a branch conflict with it now.</summary>
    /// <returns>False when GitHub has yet to find out of some: look again soon.</returns>
    /// <exception cref="GitHubException"/>
    public async Task<bool> LookForConflictsAsync(RepositoryName repository, string branch, CancellationToken cancellationToken)
    {
        if (!followUps.Enabled || !await served.ServesAsync(repository, cancellationToken))
            return true;
        var (stored, isKnown) = await _poll.LookForConflictsAsync(repository, branch, cancellationToken);
        if (stored > 0)
            signal.Set();
        return isKnown;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (followUps.Enabled && !stoppingToken.IsCancellationRequested)
        {
            var next = time.GetUtcNow() + options.PrCheckInterval;
            try
            {
                // What is scarce is left to the work.
                next = github.Budget.LowUntil ?? await PollOnceAsync(stoppingToken) ?? next;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Log.PollFailed(logger, fault);
            }

            var wait = next - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stoppingToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Poll: {Pulls} pull requests of {Repository} looked at, {Stored} remarks new")]
        public static partial void Polled(ILogger logger, RepositoryName repository, int pulls, int stored);

        [LoggerMessage(2, LogLevel.Warning, "Poll of the pull requests of {Repository} failed: {Reason}")]
        public static partial void RepositoryFailed(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(3, LogLevel.Error, "Poll of pull requests failed; the next one comes after the usual interval")]
        public static partial void PollFailed(ILogger logger, Exception fault);

        [LoggerMessage(4, LogLevel.Information, "Task {TaskId} cancelled: {Reason}")]
        public static partial void Cancelled(ILogger logger, TaskId taskId, string reason);
    }
}
