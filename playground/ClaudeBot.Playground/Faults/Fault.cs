namespace ClaudeBot.Playground.Faults;

public enum FaultKind
{
    /// <summary>The request is done, then the connection is cut without an answer.</summary>
    ApplyThenDrop,

    /// <summary>The request is done, then answered with 502.</summary>
    ApplyThenBadGateway,

    /// <summary>429 with <c>retry-after</c>; the request is not done.</summary>
    TooManyRequests,

    /// <summary>403 of the secondary rate limit with <c>retry-after</c>; the request is not done.</summary>
    SecondaryRateLimit,

    /// <summary>A 5xx answer (<see cref="Fault.Status"/>); the request is not done.</summary>
    ServerError,

    /// <summary>The request waits <see cref="Fault.Delay"/>, then is done as usual.</summary>
    Slow,

    /// <summary>The connection is cut before the request is done.</summary>
    Reset,

    /// <summary>The request waits until <see cref="FaultRack.ReleaseHeld"/>, then is done as usual; it is never done when its client has left by then.</summary>
    Hold,

    /// <summary>The request is done; its answer waits until <see cref="FaultRack.ReleaseHeld"/>.</summary>
    ApplyThenHold,
}

/// <summary>
/// A fault to come. <paramref name="Method"/> is an HTTP method or <c>*</c>, <paramref name="Path"/> a regular expression
/// looked for in path and query (<c>/api/v3/repos/o/r/issues?state=open</c>), <paramref name="Count"/> how many requests it meets.
/// </summary>
public sealed record Fault(FaultKind Kind, string Method, string Path, int Count = 1)
{
    /// <summary>What <c>retry-after</c> says, in whole seconds.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>The answer of <see cref="FaultKind.ServerError"/>.</summary>
    public int Status { get; init; } = 500;

    /// <summary>How long <see cref="FaultKind.Slow"/> waits, on the playground's clock.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Marks a request that a fault has met.</summary>
internal sealed record AppliedFault(string Name, bool IsDropped);
