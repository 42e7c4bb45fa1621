using ClaudeBot.Secrets;

namespace ClaudeBot.Gateway;

/// <summary>Which model service stands behind the gateway, and what an agent may do there.</summary>
public sealed record GatewayOptions
{
    /// <summary><c>ANTHROPIC_BASE_URL</c>: the address without <c>/v1</c>. No call of an agent ever leaves for another host.</summary>
    public Uri BaseUrl { get; init; } = new("https://api.anthropic.com");

    /// <summary><c>ANTHROPIC_API_KEY</c>, asked at every call.</summary>
    public required SecretSource ApiKey { get; init; }

    /// <summary>The loopback port; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>Longest request, in bytes; 32 MB is the service's own limit.</summary>
    public long MaxRequestBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Spend of a whole task at which calls are refused, where the pass names none; US dollars. Null: no cap.</summary>
    public decimal? BudgetUsdPerTask { get; init; } = 5m;

    /// <summary>Longest silence of the service during a call. It sends pings, so this is not the length of a call.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
