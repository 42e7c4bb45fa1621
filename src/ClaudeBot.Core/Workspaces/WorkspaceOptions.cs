using ClaudeBot.Secrets;

namespace ClaudeBot.Workspaces;

public sealed record WorkspaceOptions
{
    /// <summary>The data folder; <c>mirrors/</c>, <c>workspaces/</c> and <c>sessions/</c> lie in it and may be deleted at any time.</summary>
    public required string DataDirectory { get; init; }

    public string AuthorName { get; init; } = "Claude Bot";

    public string AuthorEmail { get; init; } = "claude-bot@example.com";

    /// <summary>The committer; null: the author, as for <see cref="CommitterEmail"/>.</summary>
    public string? CommitterName { get; init; }

    public string? CommitterEmail { get; init; }

    /// <summary>Signs the commits, see <see cref="CommitSignature"/>; null or unset: they are not signed.</summary>
    public SecretSource? SigningKey { get; init; }

    /// <summary>Longest single git command.</summary>
    public TimeSpan GitTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Variables that git's network commands need on this machine, such as <c>https_proxy</c>, <c>no_proxy</c> and
    /// <c>GIT_SSL_CAINFO</c>. No secret: git shows them to its own children.
    /// </summary>
    public IReadOnlyDictionary<string, string> NetworkEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>The transports git may use, separated by colons. Never <c>ext</c>, and <c>file</c> for tests alone.</summary>
    internal string AllowedProtocols { get; init; } = "https:http";
}
