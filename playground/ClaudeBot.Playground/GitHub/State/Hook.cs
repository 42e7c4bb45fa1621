using System.Collections.Immutable;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A webhook of a repository, or of an App.</summary>
public sealed class Hook
{
    internal Hook(long id, Repository? repository, GitHubApp? app, Uri url, string? secret, ImmutableList<string> events, DateTimeOffset createdAt)
    {
        Id = id;
        Repository = repository;
        App = app;
        Url = url;
        Secret = secret;
        Events = events;
        CreatedAt = UpdatedAt = createdAt;
    }

    public long Id { get; }

    /// <summary>Null for an App's.</summary>
    public Repository? Repository { get; }

    /// <summary>Null for a repository's.</summary>
    public GitHubApp? App { get; }

    public Uri Url { get; internal set; }
    public bool IsActive { get; internal set; } = true;

    /// <summary>The names of the events it hears, or <c>*</c> for all.</summary>
    public ImmutableList<string> Events { get; internal set; }

    public DateTimeOffset CreatedAt { get; }
    public DateTimeOffset UpdatedAt { get; internal set; }

    /// <summary>Deliveries tried, oldest first.</summary>
    public ImmutableList<HookDelivery> Deliveries { get; internal set; } = [];

    internal string? Secret { get; set; }
}

/// <summary>One try at delivering an event. <paramref name="StatusCode"/> is 0 when no answer came.</summary>
public sealed record HookDelivery(
    long Id, Guid DeliveryId, string Event, string? Action, string Payload, Repository Repository, DateTimeOffset DeliveredAt, bool IsRedelivery,
    TimeSpan Duration, int StatusCode, string Status,
    ImmutableDictionary<string, string> RequestHeaders, ImmutableDictionary<string, string> ResponseHeaders, string ResponseBody);
