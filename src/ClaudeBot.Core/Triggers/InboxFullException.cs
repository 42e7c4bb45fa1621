namespace ClaudeBot.Triggers;

/// <summary>So many deliveries wait for a decision that no more are stored; the same one may be let in later.</summary>
public sealed class InboxFullException(int limit)
    : Exception($"{limit} deliveries wait for a decision, and MAX_PENDING_DELIVERIES allows no more.");
