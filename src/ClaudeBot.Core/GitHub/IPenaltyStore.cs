namespace ClaudeBot.GitHub;

/// <summary>A time in which GitHub wants no call.</summary>
/// <param name="Until">Nothing is sent before it.</param>
/// <param name="RefusalsInARow">How often GitHub refused since it last answered; a penalty without a time grows with it.</param>
public sealed record Penalty(DateTimeOffset Until, int RefusalsInARow)
{
    public static Penalty None { get; } = new(DateTimeOffset.MinValue, 0);
}

/// <summary>
/// Keeps penalties where a restart, and other processes with the same credential, find them. A store that fails is
/// logged by the client, which then goes by its memory. One implementation for each database.
/// </summary>
public interface IPenaltyStore
{
    /// <summary>The last penalty of a server, passed or not; null when there was none.</summary>
    Task<Penalty?> FindAsync(string server, CancellationToken cancellationToken);

    /// <summary>Keeps the penalty, durable when it returns. An end that is kept already and lies later stays.</summary>
    Task KeepAsync(string server, Penalty penalty, CancellationToken cancellationToken);
}
