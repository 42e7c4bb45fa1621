namespace ClaudeBot.GitHub;

/// <summary>A check run, or a commit status, that ended badly.</summary>
/// <param name="Conclusion">In GitHub's word.</param>
/// <param name="Url">Its page.</param>
public sealed record FailedCheckRun(long Id, bool IsStatus, string Name, string HeadSha, string Conclusion, string? Url, DateTimeOffset EndedAt)
{
    /// <summary>It is a job of GitHub Actions, whose log can be read; the job has the same id.</summary>
    public bool IsActionsJob { get; init; }

    /// <summary>What it says of itself.</summary>
    public string Report { get; init; } = "";

    /// <summary>Whether a check run's conclusion or a status's state is a failure that a change can mend. What was cancelled, or waits for a person, is none.</summary>
    public static bool IsBad(string word) => word is "failure" or "timed_out" or "error";
}
