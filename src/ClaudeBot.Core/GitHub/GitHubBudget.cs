using System.Collections.Concurrent;
using ClaudeBot.GitHub.Wire;

namespace ClaudeBot.GitHub;

/// <summary>What GitHub last said about one resource of the primary rate limit, as in <c>core</c>; counts are calls.</summary>
public sealed record ResourceBudget(string Resource, long Limit, long Remaining, DateTimeOffset ResetsAt);

/// <summary>
/// What is left of GitHub's limits, for whoever can do without a call: polling and progress give way before work does.
/// </summary>
public sealed class GitHubBudget
{
    internal const string Core = "core";
    private const double LowShare = 0.1;
    private const double ProgressShare = 0.5;

    private readonly ConcurrentDictionary<string, ResourceBudget> _resources = new(StringComparer.Ordinal);
    private readonly ContentWrites _content;
    private readonly TimeProvider _time;

    internal GitHubBudget(ContentWrites content, TimeProvider time) => (_content, _time) = (content, time);

    /// <summary>The last word of GitHub on each resource that was used; for metrics.</summary>
    public IReadOnlyCollection<ResourceBudget> Resources => [.. _resources.Values];

    /// <summary>When less than a tenth of the hour's calls is left: the time of the next full budget; else null.</summary>
    public DateTimeOffset? LowUntil =>
        _resources.TryGetValue(Core, out var core) && core.ResetsAt > _time.GetUtcNow() && core.Remaining < core.Limit * LowShare
            ? core.ResetsAt
            : null;

    /// <summary>False when half of what GitHub lets a client write is used: the rest is for comments and pull requests that matter.</summary>
    public bool HasRoomForProgress => _content.UsedShare < ProgressShare;

    internal void Learn(LimitHeaders said)
    {
        if (said is not { Limit: { } limit, Remaining: { } remaining, ResetsAt: { } reset })
            return;
        var heard = new ResourceBudget(said.Resource ?? Core, limit, remaining, reset);
        _resources.AddOrUpdate(heard.Resource, heard, (_, known) => Newer(known, heard));
    }

    /// <summary>Answers may overtake each other: of one window the lowest count is the newest.</summary>
    private static ResourceBudget Newer(ResourceBudget known, ResourceBudget heard) =>
        heard.ResetsAt > known.ResetsAt || (heard.ResetsAt == known.ResetsAt && heard.Remaining <= known.Remaining) ? heard : known;
}
