using System.Diagnostics.Metrics;
using ClaudeBot.Runs;

namespace ClaudeBot.Gateway;

/// <summary>What the gateway tells monitoring: calls to the model's service, tokens, money, limits, and the circuit.</summary>
internal sealed class GatewayMetrics : Meter
{
    private const string Api = "anthropic";

    private readonly Counter<long> _tokens;
    private readonly Counter<double> _cost;

    public GatewayMetrics(ModelCircuit circuit)
        : base("ClaudeBot.Gateway")
    {
        Calls = new ApiCalls(this, Api);
        _tokens = CreateCounter<long>("claude_bot_tokens_total");
        _cost = CreateCounter<double>("claude_bot_cost_usd_total");
        CreateObservableGauge("claude_bot_circuit_breaker_state", () => new Measurement<int>((int)circuit.State, new KeyValuePair<string, object?>("service", Api)));
    }

    public ApiCalls Calls { get; }

    /// <summary>From now on the limits of these keys are told, all keys together.</summary>
    public void Watch(ModelKeys keys)
    {
        CreateObservableGauge("claude_bot_api_rate_limit_limit", () => One(keys.Requests().Limit));
        CreateObservableGauge("claude_bot_api_rate_limit_remaining", () => One(keys.Requests().Remaining));
        CreateObservableGauge("claude_bot_api_rate_limit_reset_timestamp_seconds", () => One(keys.Requests().ResetsAt?.ToUnixTimeSeconds() ?? 0));
    }

    /// <summary>A call was charged.</summary>
    public void Charged(RepositoryName repository, TokenUsage usage, decimal usd)
    {
        foreach (var (kind, count) in new[] { ("input", usage.Input), ("output", usage.Output), ("cache_read", usage.CacheRead), ("cache_write", usage.CacheWrite) })
            _tokens.Add(count, new("kind", kind), new("model", usage.Model));
        _cost.Add((double)usd, new KeyValuePair<string, object?>("repository", repository.ToString()));
    }

    private static Measurement<double> One(double value) => new(value, new KeyValuePair<string, object?>("api", Api));
}
