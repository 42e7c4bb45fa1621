using System.Diagnostics.Metrics;

namespace ClaudeBot.PullRequests;

/// <summary>Counts the pull requests that were opened.</summary>
public sealed class PullRequestMetrics : Meter
{
    private readonly Counter<long> _created;

    public PullRequestMetrics()
        : base("ClaudeBot.PullRequests") =>
        _created = CreateCounter<long>("claude_bot_pr_created_total");

    internal void Created(RepositoryName repository) => _created.Add(1, new KeyValuePair<string, object?>("repository", repository.ToString()));
}
