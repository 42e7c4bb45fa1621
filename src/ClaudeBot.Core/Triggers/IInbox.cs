using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>
/// Deliveries, stored before they are acknowledged and decided afterwards. One implementation for each database.
/// </summary>
public interface IInbox
{
    /// <summary>Stores a delivery; durable when it returns. False when one with the same id is stored already.</summary>
    /// <exception cref="InboxFullException">Too many wait for a decision; nothing was stored.</exception>
    Task<bool> StoreAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Undecided deliveries that are due, oldest first.</summary>
    Task<IReadOnlyList<Delivery>> PendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the decision and makes its task in one transaction, so that a crash can neither lose nor double it.
    /// Gives null when the decision has no task. When the queue is full nothing is decided: the delivery is due again soon.
    /// </summary>
    Task<EnqueueResult?> DecideAsync(string deliveryId, Decision decision, CancellationToken cancellationToken);

    /// <summary>The decision could not be made now (GitHub away, rate limit): look again at the given time.</summary>
    Task PostponeAsync(string deliveryId, string reason, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>What was decided about an issue or pull request, newest first; undecided ones are not listed.</summary>
    Task<IReadOnlyList<DecidedDelivery>> DecisionsForAsync(IssueReference subject, int limit, CancellationToken cancellationToken);

    /// <summary>What was decided from then on, oldest first.</summary>
    Task<IReadOnlyList<DecidedDelivery>> DecisionsSinceAsync(DateTimeOffset from, int limit, CancellationToken cancellationToken);

    /// <summary>What was decided about one delivery; null while that is open, or when it is not known.</summary>
    Task<DecidedDelivery?> FindDecisionAsync(string deliveryId, CancellationToken cancellationToken);

    Task<long> CountPendingAsync(CancellationToken cancellationToken);
}
