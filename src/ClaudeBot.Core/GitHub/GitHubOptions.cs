using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub;

/// <summary>Which GitHub server the bot talks to, and as whom.</summary>
public sealed record GitHubOptions
{
    private const string PublicApiHost = "api.github.com";
    private const int PublicContentPerMinute = 80;
    private const int PublicContentPerHour = 500;
    private readonly TimeSpan? _writeSpacing;
    private readonly (int? Value, bool IsSet) _contentPerMinute;
    private readonly (int? Value, bool IsSet) _contentPerHour;
    private readonly GitHubCredential? _credential;

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

    /// <summary>A personal access token; not used where a <see cref="Credential"/> is given.</summary>
    public required SecretSource Token { get; init; }

    /// <summary>As whom the bot speaks: the personal access token, unless it is told otherwise.</summary>
    public GitHubCredential Credential
    {
        get => _credential ?? new PersonalToken(Token);
        init => _credential = value;
    }

    /// <summary>How long one request may take, its body included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The least time between two writes. GitHub asks for a second: "make at least one second between each request"
    /// (REST best practices, "Pause between mutative requests"). A server of one's own has no such limit unless its
    /// administrator sets one, so there the default is none. Zero turns it off.
    /// </summary>
    public TimeSpan WriteSpacing
    {
        get => _writeSpacing ?? (IsPublic ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
        init => _writeSpacing = value;
    }

    /// <summary>
    /// The most comments, pull requests and edits of them in a minute; null: no limit. GitHub allows 80 ("About secondary
    /// rate limits"); a server of one's own has no such limit by default.
    /// </summary>
    public int? ContentPerMinute
    {
        get => _contentPerMinute.IsSet ? _contentPerMinute.Value : IsPublic ? PublicContentPerMinute : null;
        init => _contentPerMinute = (value, true);
    }

    /// <summary>The same in an hour. GitHub allows 500.</summary>
    public int? ContentPerHour
    {
        get => _contentPerHour.IsSet ? _contentPerHour.Value : IsPublic ? PublicContentPerHour : null;
        init => _contentPerHour = (value, true);
    }

    /// <summary>How often a read is sent again after a passing fault. Writes are never sent again.</summary>
    public int ReadRetries { get; init; } = 2;

    /// <summary>The wait before the first of these; each further one is twice as long, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    private bool IsPublic => ApiUrl.Host == PublicApiHost;
}
