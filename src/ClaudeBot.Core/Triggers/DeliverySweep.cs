using ClaudeBot.GitHub;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Triggers;

/// <summary>What one look at the delivery logs gave.</summary>
/// <param name="Logs">Webhooks whose log was read to its cursor.</param>
/// <param name="Redelivered">Deliveries that GitHub was asked to send again.</param>
/// <param name="RetryAt">When a rate limit ends that cut the look short; null without one.</param>
public sealed record SweepSummary(int Logs, int Redelivered, DateTimeOffset? RetryAt)
{
    /// <summary>It was cut short by something that may pass: the next look is worth making soon.</summary>
    public bool MayPass { get; init; }
}

/// <summary>
/// GitHub never repeats a delivery that failed by itself, but keeps it for three days ("Handling failed webhook
/// deliveries"). This reads the logs of the bot's webhooks and has GitHub send again, once, what the inbox lacks. What
/// comes twice all the same has the same id, and the inbox takes it once.
/// </summary>
public sealed partial class DeliverySweep(
    GitHubClient github,
    IIntakeProgress progress,
    ServedRepositories served,
    TriggerOptions options,
    TimeProvider time,
    ILogger<DeliverySweep> logger) : BackgroundService
{
    /// <summary>So that a long outage ends in no burst that GitHub would punish; the rest comes with the next sweep.</summary>
    private const int MostAtOnce = 200;

    private const int MostNamed = 5;

    /// <summary>The last three days, less what the sweep itself may take.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(71);

    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    private readonly HashSet<RepositoryName> _closed = [];

    /// <summary>Reads every log to its cursor.</summary>
    public async Task<SweepSummary> SweepOnceAsync(CancellationToken cancellationToken)
    {
        var summary = new SweepSummary(0, 0, null);
        try
        {
            foreach (var log in await LogsAsync(cancellationToken))
                summary = await SweepAsync(log, summary, cancellationToken);
        }
        catch (GitHubException fault)
        {
            // What was asked for is noted, and no cursor passed what was not.
            Log.CutShort(logger, fault.Message);
            summary = summary with { RetryAt = fault.RetryAt, MayPass = fault.MayPass };
        }

        return summary;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.ReceivesWebhooks)
            return;
        var pace = new Pace(options.IssueCheckInterval);
        var wait = options.FirstDeliverySweep;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(wait, time, stoppingToken);
            try
            {
                var summary = await SweepOnceAsync(stoppingToken);
                wait = pace.After(summary.MayPass);
                if (summary.RetryAt is { } at && at - time.GetUtcNow() is var rest && rest > TimeSpan.Zero)
                    wait = rest;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Log.Failed(logger, fault);
                wait = pace.After(mayPass: true);
            }
        }
    }

    private async Task<IReadOnlyList<DeliveryLog>> LogsAsync(CancellationToken cancellationToken)
    {
        var open = github.IsApp ? [] : (await served.ListAsync(cancellationToken)).Where(repository => !_closed.Contains(repository)).ToList();
        var closed = new List<RepositoryName>();
        try
        {
            return await WebhookLogs.ListAsync(github, open, closed.Add, cancellationToken);
        }
        finally
        {
            _closed.UnionWith(closed);
            // One line for all of them: this is how most tokens are, and nothing is wrong.
            if (closed.Count > 0)
                Log.Closed(logger, string.Join(", ", closed.Take(MostNamed)) + (closed.Count > MostNamed ? $" and {closed.Count - MostNamed} more" : ""));
        }
    }

    private async Task<SweepSummary> SweepAsync(DeliveryLog log, SweepSummary summary, CancellationToken cancellationToken)
    {
        var source = $"deliveries:{log}";
        var earliest = time.GetUtcNow() - LookBack;
        var cursor = await progress.CursorAsync(source, cancellationToken);
        var attempts = await ReadAsync(log, cursor is { } at && at - Overlap > earliest ? at - Overlap : earliest, cancellationToken);
        var lost = await LostAsync(attempts, cancellationToken);
        foreach (var attempt in lost.Take(MostAtOnce))
        {
            if (await RedeliverAsync(log, attempt, cancellationToken))
                summary = summary with { Redelivered = summary.Redelivered + 1 };
        }

        if (lost.Count <= MostAtOnce && attempts is [var newest, ..] && (cursor is null || newest.At > cursor))
            await progress.MoveCursorAsync(source, newest.At, cancellationToken);
        return summary with { Logs = summary.Logs + 1 };
    }

    private async Task<bool> RedeliverAsync(DeliveryLog log, GitHubDelivery attempt, CancellationToken cancellationToken)
    {
        var isSent = true;
        try
        {
            await github.RedeliverAsync(log, attempt.Id, cancellationToken);
            Log.Redelivered(logger, attempt.Event, attempt.DeliveryId, attempt.At, log);
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            // GitHub has it no more; it must not hold up the others.
            Log.Refused(logger, attempt.Event, attempt.DeliveryId, fault.Message);
            isSent = false;
        }

        await progress.MarkRedeliveredAsync(attempt.DeliveryId, cancellationToken);
        return isSent;
    }

    private async Task<IReadOnlyList<GitHubDelivery>> ReadAsync(DeliveryLog log, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var attempts = new List<GitHubDelivery>();
        await foreach (var attempt in github.ReadDeliveriesAsync(log, cancellationToken))
        {
            if (attempt.At < from)
                break;
            attempts.Add(attempt);
        }

        return attempts;
    }

    /// <summary>
    /// The newest attempt of each delivery that the inbox lacks, oldest first. One that somebody did answer counts as
    /// lost only where the inbox has others of the same log: else the log may be that of another bot.
    /// </summary>
    private async Task<IReadOnlyList<GitHubDelivery>> LostAsync(IReadOnlyList<GitHubDelivery> attempts, CancellationToken cancellationToken)
    {
        var deliveries = attempts.Where(attempt => attempt.Event != "ping").GroupBy(attempt => attempt.DeliveryId).ToDictionary(same => same.Key, same => same.ToArray());
        var stored = await progress.StoredAsync(deliveries.Keys, cancellationToken);
        var asked = await progress.RedeliveredAsync(deliveries.Keys, cancellationToken);
        return
        [
            .. from delivery in deliveries
               where !stored.Contains(delivery.Key) && !asked.Contains(delivery.Key)
               where stored.Count > 0 || !delivery.Value.Any(attempt => attempt.Arrived)
               let newest = delivery.Value.MaxBy(attempt => attempt.At)
               orderby newest.At, newest.Id
               select newest,
        ];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The {Event} delivery {Delivery} of {At:u} did not come through; GitHub sends it again ({Source})")]
        public static partial void Redelivered(ILogger logger, string @event, string delivery, DateTimeOffset at, DeliveryLog source);

        [LoggerMessage(2, LogLevel.Information, "Lost webhook deliveries of {Repositories} are found by the poll: this credential may not read webhooks. To have GitHub send them again, give it admin:repo_hook (a fine-grained token: Webhooks, read and write); where there are no webhooks, set WEBHOOK_PORT=off")]
        public static partial void Closed(ILogger logger, string repositories);

        [LoggerMessage(3, LogLevel.Warning, "The look for lost deliveries was cut short and goes on later: {Reason}")]
        public static partial void CutShort(ILogger logger, string reason);

        [LoggerMessage(4, LogLevel.Error, "The look for lost deliveries failed; the next one comes soon")]
        public static partial void Failed(ILogger logger, Exception fault);

        [LoggerMessage(5, LogLevel.Warning, "The {Event} delivery {Delivery} did not come through and GitHub does not send it again: {Reason}")]
        public static partial void Refused(ILogger logger, string @event, string delivery, string reason);
    }
}
