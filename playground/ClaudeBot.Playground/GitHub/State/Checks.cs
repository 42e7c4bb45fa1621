namespace ClaudeBot.Playground.GitHub.State;

/// <summary><paramref name="State"/> is GitHub's word: <c>error</c>, <c>failure</c>, <c>pending</c>, <c>success</c>.</summary>
public sealed record CommitStatus(
    long Id, string Sha, string Context, string State, string? Description, string? TargetUrl, Account Creator, DateTimeOffset At);

/// <summary>
/// <paramref name="Status"/> is <c>queued</c>, <c>in_progress</c> or <c>completed</c>; <paramref name="Conclusion"/>
/// (<c>success</c>, <c>failure</c>, …) is there once completed.
/// </summary>
public sealed record CheckRun(
    long Id, string HeadSha, string Name, string Status, string? Conclusion, string? Title, string? Summary, string? Text,
    string? DetailsUrl, string? ExternalId, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt)
{
    /// <summary>What the job printed, when it is one of GitHub Actions; null when the check is somebody else's.</summary>
    public string? Log { get; init; }
}
