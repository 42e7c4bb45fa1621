using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub;

/// <summary>Which GitHub server the bot talks to, and as whom.</summary>
public sealed record GitHubOptions
{
    private const string PublicApiHost = "api.github.com";
    private readonly TimeSpan? _writeSpacing;

    /// <summary>The REST address, with or without a last slash: <c>https://api.github.com</c>, or <c>https://host/api/v3</c>.</summary>
    public Uri ApiUrl { get; init; } = new("https://api.github.com");

    /// <summary>The address of git and of the pages.</summary>
    public Uri ServerUrl { get; init; } = new("https://github.com");

    /// <summary>
    /// The GraphQL address beside <see cref="ApiUrl"/>: <c>https://api.github.com/graphql</c>, or
    /// <c>https://host/api/graphql</c> (GraphQL reference, "The GraphQL endpoint").
    /// </summary>
    public Uri GraphQlUrl
    {
        get
        {
            var api = ApiUrl.GetLeftPart(UriPartial.Path).TrimEnd('/');
            return new Uri((api.EndsWith("/v3", StringComparison.Ordinal) ? api[..^3] : api) + "/graphql");
        }
    }

    /// <summary>A personal access token, or an installation token's source.</summary>
    public required SecretSource Token { get; init; }

    /// <summary>How long one request may take, its body included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The least time between two writes. GitHub asks for a second: "make at least one second between each request"
    /// (REST best practices, "Pause between mutative requests"). A server of one's own has no such limit unless its
    /// administrator sets one, so there the default is none. Zero turns it off.
    /// </summary>
    public TimeSpan WriteSpacing
    {
        get => _writeSpacing ?? (ApiUrl.Host == PublicApiHost ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
        init => _writeSpacing = value;
    }

    /// <summary>How often a read is sent again after a passing fault. Writes are never sent again.</summary>
    public int ReadRetries { get; init; } = 2;

    /// <summary>The wait before the first of these; each further one is twice as long, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
