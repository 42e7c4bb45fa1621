using System.Diagnostics.Metrics;

namespace ClaudeBot;

/// <summary>Counts and times the calls to one outside API; instruments of the caller's own meter.</summary>
/// <param name="api">The label <c>api</c>: <c>github</c>, <c>anthropic</c> or <c>web_dashboard</c>.</param>
public sealed class ApiCalls(Meter meter, string api)
{
    private readonly Counter<long> _calls = meter.CreateCounter<long>("claude_bot_api_calls_total");
    private readonly Histogram<double> _seconds = meter.CreateHistogram<double>("claude_bot_api_duration_seconds");

    /// <summary>A call came to its end, with or without an answer.</summary>
    public void Ended(bool succeeded, TimeSpan took)
    {
        _calls.Add(1, new("api", api), new("status", succeeded ? "success" : "error"));
        _seconds.Record(took.TotalSeconds, new KeyValuePair<string, object?>("api", api));
    }
}
