using System.Diagnostics.Metrics;

namespace ClaudeBot.GitHub;

/// <summary>What one client tells monitoring of GitHub: its calls, the limits as GitHub last told them, and whether a penalty holds.</summary>
internal sealed class GitHubMetrics : Meter
{
    private const string Api = "github";

    // GitHub may name other resources at any time; a label must not grow with them.
    private static readonly string[] OtherResources = ["graphql", "search", "code_search", "integration_manifest"];

    /// <param name="budget">Asked at each look.</param>
    /// <param name="isHeld">Asked at each look: true while no call may be sent.</param>
    public GitHubMetrics(GitHubBudget budget, Func<bool> isHeld, TimeProvider time)
        : base("ClaudeBot.GitHub")
    {
        Calls = new ApiCalls(this, Api);
        CreateObservableGauge("claude_bot_api_rate_limit_limit", () => Each(budget, resource => resource.Limit));
        // What was left in a window that has ended is history: the next call finds it full.
        CreateObservableGauge("claude_bot_api_rate_limit_remaining", () => Each(budget, resource => resource.ResetsAt > time.GetUtcNow() ? resource.Remaining : resource.Limit));
        CreateObservableGauge("claude_bot_api_rate_limit_reset_timestamp_seconds", () => Each(budget, resource => resource.ResetsAt.ToUnixTimeSeconds()));
        CreateObservableGauge("claude_bot_circuit_breaker_state", () => new Measurement<int>(isHeld() ? 1 : 0, new KeyValuePair<string, object?>("service", Api)));
    }

    public ApiCalls Calls { get; }

    private static IEnumerable<Measurement<long>> Each(GitHubBudget budget, Func<ResourceBudget, long> value) =>
        from resource in budget.Resources
        let label = resource.Resource == GitHubBudget.Core ? Api : OtherResources.Contains(resource.Resource) ? $"{Api}_{resource.Resource}" : null
        where label is not null
        select new Measurement<long>(value(resource), new KeyValuePair<string, object?>("api", label));
}
