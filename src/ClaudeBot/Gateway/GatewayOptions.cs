using ClaudeBot.Secrets;

namespace ClaudeBot.Gateway;

/// <summary>Which model service stands behind the gateway, and what an agent may do there.</summary>
public sealed record GatewayOptions
{
    /// <summary><c>ANTHROPIC_BASE_URL</c>: the address without <c>/v1</c>. No call of an agent ever leaves for another host.</summary>
    public Uri BaseUrl { get; init; } = new("https://api.anthropic.com");

    /// <summary><c>ANTHROPIC_API_KEY</c>, asked at every call.</summary>
    public required SecretSource ApiKey { get; init; }

    /// <summary><c>ANTHROPIC_API_KEYS</c>; goes before <see cref="ApiKey"/> where it is set.</summary>
    public SecretSource? ApiKeys { get; init; }

    /// <summary>The keys of either setting, asked at every call.</summary>
    public SecretPool Keys => new(ApiKeys, ApiKey);

    /// <summary><c>ALLOWED_MODELS</c>: names, also of dated versions, or beginnings that end in <c>*</c>. Empty: any model.</summary>
    public IReadOnlyList<string> AllowedModels { get; init; } = [];

    /// <summary><c>ALLOWED_SERVER_TOOLS</c>: what the model's service may do for an agent by itself, as named by <see cref="ModelRequest.ServerTools"/>.</summary>
    public IReadOnlyList<string> AllowedServerTools { get; init; } = [];

    /// <summary>The loopback port; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>Longest request, in bytes; 32 MB is the service's own limit.</summary>
    public long MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Longest answer, in bytes. The longest that a model can give, 128,000 tokens each in an event of its own, has a third of it.</summary>
    public long MaxResponseBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long a call waits for calls under way to leave room below a cap, before its client is told to ask again.</summary>
    public TimeSpan LongestWaitForRoom { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Spend of a whole task at which calls are refused, where the pass names none; US dollars. Null: no cap.</summary>
    public decimal? BudgetUsdPerTask { get; init; } = 5m;

    /// <summary>Longest silence of the service during a call. It sends pings, so this is not the length of a call.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After so many calls in a row that the service could not answer, no new task starts for a while.</summary>
    public int FailuresToOpen { get; init; } = 5;

    /// <summary>How long that is at first; doubled each time the service still does not answer.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long no new task starts while the service refuses a key that nobody changes.</summary>
    public TimeSpan CredentialPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A probe that made no call within this time is followed by another.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
