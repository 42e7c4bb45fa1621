namespace ClaudeBot.Workspaces;

public sealed record WorkspaceOptions
{
    /// <summary>The data folder; <c>mirrors/</c>, <c>workspaces/</c> and <c>sessions/</c> lie in it and may be deleted at any time.</summary>
    public required string DataDirectory { get; init; }

    public string AuthorName { get; init; } = "Claude Bot";

    public string AuthorEmail { get; init; } = "claude-bot@example.com";

    /// <summary>Longest single git command.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
