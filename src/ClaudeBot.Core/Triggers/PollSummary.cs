namespace ClaudeBot.Triggers;

/// <summary>What one look at all repositories gave.</summary>
/// <param name="Repositories">Repositories looked at.</param>
/// <param name="Unchanged">Of those, without any change since the last look.</param>
/// <param name="Found">Issues that ask for work, or show a state that no task has.</param>
/// <param name="Stored">Of those, new to the inbox.</param>
/// <param name="Cancelled">Tasks whose issue was closed, unlabelled, moved or deleted.</param>
/// <param name="Failed">Repositories that could not be looked at.</param>
/// <param name="RetryAt">When a rate limit ends that cut the look short; null without one.</param>
public sealed record PollSummary(int Repositories, int Unchanged, int Found, int Stored, int Cancelled, int Failed, DateTimeOffset? RetryAt)
{
    /// <summary>Something failed that may pass by itself: the next look is worth making soon.</summary>
    public bool MayPass { get; init; }
}
