using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>What became of one delivery that an operator asked for again.</summary>
public enum ReplayOutcome
{
    /// <summary>GitHub sends it again; the inbox takes it once.</summary>
    Redelivered,

    /// <summary>It is in the ledger already and is not taken twice.</summary>
    Known,

    /// <summary>It is in the ledger, and its issue is looked at again as the poll does: work that is there already is not done twice.</summary>
    LookedAtAgain,

    /// <summary>GitHub has it no more, and the ledger neither.</summary>
    Lost,
}

/// <param name="Event">Null when nobody knows it any more.</param>
public sealed record ReplayedDelivery(string Id, string? Event, DateTimeOffset? At, ReplayOutcome Outcome, string Detail);

/// <summary>Brings deliveries to the bot again, by hand. Nothing is taken or worked on twice by it.</summary>
public sealed class DeliveryReplay(GitHubClient github, IInbox inbox, IIntakeProgress progress, ServedRepositories served, TimeProvider time)
{
    /// <summary>GitHub keeps the log of deliveries for three days ("Viewing webhook deliveries").</summary>
    public static readonly TimeSpan KeptByGitHub = TimeSpan.FromDays(3);

    /// <summary>Repositories whose webhooks the credential could not read at the last call.</summary>
    public IReadOnlyCollection<RepositoryName> Closed => _closed;

    private readonly List<RepositoryName> _closed = [];

    /// <summary>One delivery, by its <c>X-GitHub-Delivery</c>.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<ReplayedDelivery> ReplayAsync(string deliveryId, CancellationToken cancellationToken)
    {
        if (await inbox.FindDecisionAsync(deliveryId, cancellationToken) is { } decided)
            return await LookAgainAsync(decided, cancellationToken);
        if ((await progress.StoredAsync([deliveryId], cancellationToken)).Count > 0)
            return new ReplayedDelivery(deliveryId, null, null, ReplayOutcome.Known, "it is in the ledger and waits for its decision");

        foreach (var log in await LogsAsync(cancellationToken))
        {
            await foreach (var attempt in github.ReadDeliveriesAsync(log, cancellationToken))
            {
                if (attempt.DeliveryId == deliveryId)
                    return await RedeliverAsync(log, attempt, cancellationToken);
            }
        }

        return new ReplayedDelivery(deliveryId, null, null, ReplayOutcome.Lost, "neither the ledger nor GitHub's logs of the last three days have it; the poll finds what its issue asks for");
    }

    /// <summary>Every delivery since then that the ledger lacks, oldest first.</summary>
    /// <param name="really">False: only say which.</param>
    /// <exception cref="GitHubException">What was sent again by then is noted.</exception>
    public async IAsyncEnumerable<ReplayedDelivery> ReplaySinceAsync(DateTimeOffset since, bool really, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var log in await LogsAsync(cancellationToken))
        {
            var attempts = await github.ReadDeliveriesAsync(log, cancellationToken).TakeWhile(attempt => attempt.At >= since).ToListAsync(cancellationToken);
            var newest = attempts.GroupBy(attempt => attempt.DeliveryId).Select(same => same.MaxBy(attempt => attempt.At)!).OrderBy(attempt => attempt.At).ThenBy(attempt => attempt.Id).ToList();
            var stored = await progress.StoredAsync([.. newest.Select(attempt => attempt.DeliveryId)], cancellationToken);
            foreach (var attempt in newest.Where(attempt => attempt.Event != "ping"))
            {
                yield return stored.Contains(attempt.DeliveryId) ? new ReplayedDelivery(attempt.DeliveryId, attempt.Event, attempt.At, ReplayOutcome.Known, "it is in the ledger")
                    : really ? await RedeliverAsync(log, attempt, cancellationToken)
                    : new ReplayedDelivery(attempt.DeliveryId, attempt.Event, attempt.At, ReplayOutcome.Redelivered, "it would be sent again");
            }
        }
    }

    private async Task<IReadOnlyList<DeliveryLog>> LogsAsync(CancellationToken cancellationToken)
    {
        _closed.Clear();
        return await WebhookLogs.ListAsync(github, github.IsApp ? [] : await served.ListAsync(cancellationToken), _closed.Add, cancellationToken);
    }

    // Marked, so that what comes of it counts as recovered, and the sweep does not ask for it too.
    private async Task<ReplayedDelivery> RedeliverAsync(DeliveryLog log, GitHubDelivery attempt, CancellationToken cancellationToken)
    {
        try
        {
            await github.RedeliverAsync(log, attempt.Id, cancellationToken);
            await progress.MarkRedeliveredAsync(attempt.DeliveryId, cancellationToken);
            return new ReplayedDelivery(attempt.DeliveryId, attempt.Event, attempt.At, ReplayOutcome.Redelivered, "GitHub sends it again");
        }
        catch (GitHubException fault) when (fault.Kind is GitHubFaultKind.NotFound or GitHubFaultKind.Rejected)
        {
            return new ReplayedDelivery(attempt.DeliveryId, attempt.Event, attempt.At, ReplayOutcome.Lost, $"GitHub does not send it again: {fault.Message}");
        }
    }

    /// <summary>The same delivery is never decided twice; its issue can be looked at again, under a delivery of our own.</summary>
    private async Task<ReplayedDelivery> LookAgainAsync(DecidedDelivery decided, CancellationToken cancellationToken)
    {
        if (decided.Subject is not { } issue)
            return new ReplayedDelivery(decided.Id, decided.Event, decided.ReceivedAt, ReplayOutcome.Known, $"it was decided at {decided.DecidedAt:u}: {decided.Reason}");
        var now = time.GetUtcNow();
        await inbox.StoreAsync(
            new Delivery { Id = $"replay:{decided.Id}:{now:yyyyMMddTHHmmssfff}", Event = DeliveryReader.PollEvent, Body = DeliveryReader.PollBody(issue), ReceivedAt = now },
            cancellationToken);
        return new ReplayedDelivery(decided.Id, decided.Event, decided.ReceivedAt, ReplayOutcome.LookedAtAgain, $"it was decided at {decided.DecidedAt:u} ({decided.Reason}); {issue} is looked at again");
    }
}
