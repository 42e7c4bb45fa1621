namespace ClaudeBot.Triggers;

/// <summary>
/// How far the intake has read what GitHub keeps, so that a restart goes on from there. One implementation for each
/// database. Sources are names such as <c>issues:octo/shop</c>.
/// </summary>
public interface IIntakeProgress
{
    /// <summary>Up to when everything of the source is stored; null when it was never read.</summary>
    Task<DateTimeOffset?> CursorAsync(string source, CancellationToken cancellationToken);

    /// <summary>Everything up to the given time is stored. A cursor never goes back.</summary>
    Task MoveCursorAsync(string source, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Of these deliveries, those that the inbox has.</summary>
    Task<IReadOnlySet<string>> StoredAsync(IReadOnlyCollection<string> deliveryIds, CancellationToken cancellationToken);

    /// <summary>GitHub was asked to send the delivery again.</summary>
    Task MarkRedeliveredAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>Of these deliveries, those that GitHub was asked to send again.</summary>
    Task<IReadOnlySet<string>> RedeliveredAsync(IReadOnlyCollection<string> deliveryIds, CancellationToken cancellationToken);
}
