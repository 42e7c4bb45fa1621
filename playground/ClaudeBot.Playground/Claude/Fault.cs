namespace ClaudeBot.Playground.Claude;

/// <summary>Something that goes wrong with an answer.</summary>
public sealed record Fault
{
    public FaultKind Kind { get; init; }

    /// <summary>How many requests it spoils; null means every one.</summary>
    public int? Times { get; init; } = 1;

    /// <summary>Seconds for the <c>retry-after</c> header of <see cref="FaultKind.RateLimited"/> (and, if given, of the others).</summary>
    public int? RetryAfter { get; init; }

    /// <summary>An error tells the client not to ask again (<c>x-should-retry: false</c>), as if its patience were at its end.</summary>
    public bool IsLast { get; init; }

    /// <summary>Milliseconds between two events of a <see cref="FaultKind.Slow"/> stream.</summary>
    public int PauseMilliseconds { get; init; } = 200;
}

public enum FaultKind
{
    /// <summary>429 <c>rate_limit_error</c>.</summary>
    RateLimited,

    /// <summary>529 <c>overloaded_error</c>.</summary>
    Overloaded,

    /// <summary>500 <c>api_error</c>.</summary>
    ServerError,

    /// <summary>400 <c>invalid_request_error</c>: an error that no retry cures.</summary>
    InvalidRequest,

    /// <summary>401 <c>authentication_error</c>.</summary>
    KeyRefused,

    /// <summary>429 <c>enforced_spend_limit_reached</c>, without <c>retry-after</c>: the account may spend no more.</summary>
    SpendLimit,

    /// <summary>400 whose message says that the credit balance is too low.</summary>
    CreditTooLow,

    /// <summary>The stream begins, then <c>event: error</c> (overloaded) ends it.</summary>
    MidStreamError,

    /// <summary>The answer comes event by event with pauses.</summary>
    Slow,

    /// <summary>The answer begins, and nothing follows until <see cref="ClaudeFaults.Release"/> or the client leaves.</summary>
    Stall,

    /// <summary>The connection is reset without an answer.</summary>
    Reset,
}
