using Microsoft.Extensions.Logging;

namespace ClaudeBot.GitHub.Wire;

/// <summary>
/// The penalty that holds for one server: what this process was told, and what the store knows from other processes and
/// from before a restart. The store is asked before each call, which costs little beside the call; while it is away
/// the memory alone counts.
/// </summary>
internal sealed partial class Penalties(IPenaltyStore store, string server, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private Penalty _known = Penalty.None;

    // Not kept over a restart, where a refusal is taken for one of a write: it is the graver.
    private bool _wasWrite = true;
    private volatile bool _isStoreAway;

    /// <summary>True while no call may be sent, as far as this process knows.</summary>
    public bool IsHeld
    {
        get
        {
            lock (_lock)
                return time.GetUtcNow() < _known.Until;
        }
    }

    /// <summary>That a call was refused because of a limit, or was not sent.</summary>
    public static GitHubException Limited(string message, DateTimeOffset until) =>
        new(GitHubFaultKind.RateLimited, $"{message}; nothing before {until:yyyy-MM-dd HH:mm:ss} UTC", until, null);

    /// <exception cref="GitHubException">No call may be sent now.</exception>
    public async Task RequireNoneAsync(string call, CancellationToken cancellationToken)
    {
        if (await HoldsUntilAsync(cancellationToken) is { } end)
            throw Limited($"{call}: not sent, a GitHub rate limit holds", end);
    }

    /// <summary>When the next call may be sent; null: now.</summary>
    private async Task<DateTimeOffset?> HoldsUntilAsync(CancellationToken cancellationToken)
    {
        var kept = await FindAsync(cancellationToken);
        lock (_lock)
        {
            if (kept?.Until > _known.Until)
                _known = kept;
            return time.GetUtcNow() < _known.Until ? _known.Until : null;
        }
    }

    /// <summary>GitHub refused a call. Gives when the next may be sent; that is kept when this returns.</summary>
    /// <param name="until">The time that GitHub named; null: a minute, doubled each time in a row, at most an hour.</param>
    public async Task<DateTimeOffset> RefusedAsync(DateTimeOffset? until, bool isWrite)
    {
        Penalty penalty;
        lock (_lock)
        {
            var refusals = _known.RefusalsInARow + 1;
            var end = until ?? time.GetUtcNow() + TimeSpan.FromTicks(Math.Min(Longest.Ticks, Shortest.Ticks << Math.Min(refusals - 1, 10)));

            // Requests that were under way together: the longest penalty of them holds.
            penalty = _known = new Penalty(end > _known.Until ? end : _known.Until, refusals);
            _wasWrite = isWrite;
        }

        await KeepAsync(penalty);
        return penalty.Until;
    }

    /// <summary>GitHub answered a call. That a read passes does not say that a refused write would.</summary>
    /// <param name="exhaustedUntil">Set when it was the last that the limit allows: no other before this.</param>
    public Task AnsweredAsync(DateTimeOffset? exhaustedUntil, bool isWrite)
    {
        Penalty penalty;
        lock (_lock)
        {
            penalty = new Penalty(exhaustedUntil > _known.Until ? exhaustedUntil.Value : _known.Until, isWrite || !_wasWrite ? 0 : _known.RefusalsInARow);
            if (penalty == _known)
                return Task.CompletedTask;
            _known = penalty;
        }

        return KeepAsync(penalty);
    }

    private async Task<Penalty?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await store.FindAsync(server, cancellationToken);
            _isStoreAway = false;
            return found;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            StoreIsAway(fault);
            return null;
        }
    }

    // Not cancelled with the call: the penalty is there whether or not somebody still waits for the answer.
    private async Task KeepAsync(Penalty penalty)
    {
        try
        {
            await store.KeepAsync(server, penalty, CancellationToken.None);
        }
        catch (Exception fault)
        {
            StoreIsAway(fault);
        }
    }

    private void StoreIsAway(Exception fault)
    {
        if (!_isStoreAway)
            Log.StoreAway(logger, fault.Message);
        _isStoreAway = true;
    }

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Warning, "GitHub's rate limits are kept in memory only, and a restart would forget them: {Reason}")]
        public static partial void StoreAway(ILogger logger, string reason);
    }
}
