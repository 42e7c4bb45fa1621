using System.Globalization;
using ClaudeBot.Conversation;
using ClaudeBot.GitHub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>
/// Looks at the open issues of every repository served, beside the webhooks, and puts what it finds into the same
/// inbox. A repository without changes costs one conditional request and nothing else.
/// </summary>
public sealed partial class IssuePoller(
    GitHubClient github,
    IInbox inbox,
    InboxSignal signal,
    TriggerOptions options,
    TimeProvider time,
    ILogger<IssuePoller> logger) : BackgroundService
{
    /// <summary>Repositories whose last list was put into the inbox whole: only there does "unchanged" mean "nothing to do".</summary>
    private readonly HashSet<RepositoryName> _stored = [];

    /// <summary>One look at every repository. A repository that fails does not stop the others; a rate limit does.</summary>
    public async Task<PollSummary> PollOnceAsync(CancellationToken cancellationToken)
    {
        var summary = new PollSummary(0, 0, 0, 0, 0, null);
        foreach (var repository in options.Repositories)
        {
            try
            {
                summary = await PollAsync(repository, summary, cancellationToken);
            }
            catch (GitHubException fault)
            {
                summary = summary with { Failed = summary.Failed + 1, RetryAt = fault.Kind == GitHubFaultKind.RateLimited ? fault.RetryAt : null };
                Log.RepositoryFailed(logger, repository, fault.Message);
                if (summary.RetryAt is not null)
                    break;
            }
        }

        if (summary.Stored > 0)
            signal.Set();
        Log.Polled(logger, summary.Repositories, summary.Unchanged, summary.Found, summary.Stored, summary.Failed);
        return summary;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = time.GetUtcNow() + options.IssueCheckInterval;
            try
            {
                if (github.Budget.LowUntil is { } full)
                    Log.PutOff(logger, next = full);
                else
                    next = (await PollOnceAsync(stoppingToken)).RetryAt ?? next;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Log.PollFailed(logger, fault);
            }

            var wait = next - time.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, stoppingToken);
        }
    }

    private async Task<PollSummary> PollAsync(RepositoryName repository, PollSummary summary, CancellationToken cancellationToken)
    {
        var issues = await github.ListOpenIssuesAsync(repository, options.BotLabel, cancellationToken);
        summary = summary with { Repositories = summary.Repositories + 1 };
        if (!issues.Changed && _stored.Contains(repository))
            return summary with { Unchanged = summary.Unchanged + 1 };

        _stored.Remove(repository);
        foreach (var issue in issues.Items.Where(issue => !BotLabels.States.Any(issue.HasLabel)))
        {
            var isNew = await inbox.StoreAsync(Found(issue), cancellationToken);
            summary = summary with { Found = summary.Found + 1, Stored = summary.Stored + (isNew ? 1 : 0) };
        }

        _stored.Add(repository);
        return summary;
    }

    private Delivery Found(GitHubIssue issue) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"poll-{issue.Reference}@{issue.UpdatedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
        Event = DeliveryReader.PollEvent,
        Body = DeliveryReader.PollBody(issue.Reference),
        ReceivedAt = time.GetUtcNow(),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Poll: {Repositories} repositories looked at, {Unchanged} unchanged, {Found} issues found, {Stored} new, {Failed} repositories failed")]
        public static partial void Polled(ILogger logger, int repositories, int unchanged, int found, int stored, int failed);

        [LoggerMessage(2, LogLevel.Warning, "Poll of {Repository} failed: {Reason}")]
        public static partial void RepositoryFailed(ILogger logger, RepositoryName repository, string reason);

        [LoggerMessage(3, LogLevel.Error, "Poll failed; the next one comes after the usual interval")]
        public static partial void PollFailed(ILogger logger, Exception fault);

        [LoggerMessage(4, LogLevel.Warning, "Poll put off to {Next:u}: little of GitHub's rate limit is left, and the work needs it")]
        public static partial void PutOff(ILogger logger, DateTimeOffset next);
    }
}
