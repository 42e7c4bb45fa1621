using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub;

/// <summary>Which GitHub server the bot talks to, and as whom.</summary>
public sealed record GitHubOptions
{
    /// <summary>The REST address, with or without a last slash: <c>https://api.github.com</c>, or <c>https://host/api/v3</c>.</summary>
    public Uri ApiUrl { get; init; } = new("https://api.github.com");

    /// <summary>The address of git and of the pages.</summary>
    public Uri ServerUrl { get; init; } = new("https://github.com");

    /// <summary>A personal access token, or an installation token's source.</summary>
    public required SecretSource Token { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
