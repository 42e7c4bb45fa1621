using ClaudeBot.FollowUps;
using ClaudeBot.GitHub;
using ClaudeBot.Queue;
using ClaudeBot.Triggers.Comments;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Looks at the open issues of every repository served, beside the webhooks, and puts what it finds into the same
/// inbox. A repository without changes costs two conditional requests and nothing else.
/// </summary>
public sealed partial class IssuePoller(
    GitHubClient github,
    ITaskQueue queue,
    IInbox inbox,
    IIntakeProgress progress,
    IRemarks remarks,
    ServedRepositories served,
    MissedEvents missed,
    InboxSignal signal,
    TriggerOptions options,
    TimeProvider time,
    ILogger<IssuePoller> logger) : BackgroundService
{
    private readonly RepositoryPoll _poll = new(github, queue, inbox, progress, options, time);
    private readonly CommentPoll _comments = new(github, inbox, progress, remarks, options, time);
    private long _lastSuccess;

    /// <summary>When a poll last reached every repository; null before the first.</summary>
    public DateTimeOffset? LastSuccess => Interlocked.Read(ref _lastSuccess) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>One look at every repository. A repository that fails does not stop the others; a rate limit does.</summary>
    public async Task<PollSummary> PollOnceAsync(CancellationToken cancellationToken)
    {
        var summary = new PollSummary(0, 0, 0, 0, 0, 0, null);
        IReadOnlyList<RepositoryName> repositories;
        try
        {
            repositories = await served.ListAsync(cancellationToken);
        }
        catch (GitHubException fault)
        {
            Log.NotListed(logger, fault.Message);
            return summary with { Failed = 1, RetryAt = fault.RetryAt, MayPass = fault.MayPass };
        }

        foreach (var repository in repositories)
        {
            try
            {
                var finding = await _poll.LookAsync(repository, cancellationToken);
                var said = await _comments.LookAsync(repository, cancellationToken);
                summary = Add(summary, finding with { Changed = finding.Changed || said.Changed, Found = finding.Found + said.Found, Stored = finding.Stored + said.Stored });
            }
            catch (GitHubException fault)
            {
                summary = summary with
                {
                    Failed = summary.Failed + 1,
                    RetryAt = fault.Kind == GitHubFaultKind.RateLimited ? fault.RetryAt : null,
                    MayPass = summary.MayPass || fault.MayPass,
                };
                Log.RepositoryFailed(logger, repository, fault.Message);
                if (summary.RetryAt is not null)
                    break;
            }
        }

        if (summary.Stored > 0)
            signal.Set();
        if (summary.Failed == 0)
            Interlocked.Exchange(ref _lastSuccess, time.GetUtcNow().UtcTicks);
        Log.Polled(logger, summary.Repositories, summary.Unchanged, summary.Found, summary.Stored, summary.Cancelled, summary.Failed);
        return summary;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pace = new Pace(options.IssueCheckInterval);
        while (!stoppingToken.IsCancellationRequested)
        {
            DateTimeOffset next;
            try
            {
                if (github.Budget.LowUntil is { } full)
                {
                    Log.PutOff(logger, next = full);
                }
                else
                {
                    var began = time.GetUtcNow();
                    var summary = await PollOnceAsync(stoppingToken);
                    var rest = pace.After(summary.MayPass);
                    next = summary.RetryAt ?? (summary.MayPass ? time.GetUtcNow() : began) + rest;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.PollFailed(logger, fault);
                next = time.GetUtcNow() + pace.After(mayPass: true);
            }

            var wait = next - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stoppingToken);
        }
    }

    private PollSummary Add(PollSummary summary, PollFinding finding)
    {
        foreach (var cancelled in finding.Cancelled)
        {
            missed.Count();
            Log.Cancelled(logger, cancelled.TaskId, cancelled.Reason);
        }

        return summary with
        {
            Repositories = summary.Repositories + 1,
            Unchanged = summary.Unchanged + (finding.Changed ? 0 : 1),
            Found = summary.Found + finding.Found,
            Stored = summary.Stored + finding.Stored,
            Cancelled = summary.Cancelled + finding.Cancelled.Count,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Poll: {Repositories} repositories looked at, {Unchanged} unchanged, {Found} issues and comments found, {Stored} new, {Cancelled} tasks cancelled, {Failed} repositories failed")]
        public static partial void Polled(ILogger logger, int repositories, int unchanged, int found, int stored, int cancelled, int failed);

        [LoggerMessage(2, LogLevel.Warning, "Poll of {Repository} failed: {Reason}")]
        public static partial void RepositoryFailed(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(3, LogLevel.Error, "Poll failed; the next one comes soon")]
        public static partial void PollFailed(ILogger logger, Exception fault);

        [LoggerMessage(4, LogLevel.Warning, "Poll put off to {Next:u}: little of GitHub's rate limit is left, and the work needs it")]
        public static partial void PutOff(ILogger logger, DateTimeOffset next);

        [LoggerMessage(5, LogLevel.Information, "Task {TaskId} cancelled: {Reason}")]
        public static partial void Cancelled(ILogger logger, TaskId taskId, string reason);

        [LoggerMessage(6, LogLevel.Warning, "Poll: the repositories where the App is installed could not be listed: {Reason}")]
        public static partial void NotListed(ILogger logger, string reason);
    }
}
