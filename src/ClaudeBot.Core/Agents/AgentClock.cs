namespace ClaudeBot.Agents;

/// <summary>Watches the limits of one run and fires <see cref="Stop"/> at the first that is passed.</summary>
internal sealed class AgentClock : IDisposable
{
    /// <summary>An agent that has given its result has nothing left to do: after this it is ended.</summary>
    private static readonly TimeSpan AfterResult = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _stall;
    private readonly CancellationTokenSource _stop;
    private readonly ITimer _wall;
    private readonly ITimer _silence;
    private int _ending = -1;
    private volatile bool _hasResult;

    public AgentClock(TimeProvider time, AgentRequest request, CancellationToken cancellationToken)
    {
        _stall = request.StallTimeout;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _wall = time.CreateTimer(_ => End(AgentEnding.TimedOut), null, request.Timeout, Timeout.InfiniteTimeSpan);
        _silence = time.CreateTimer(_ => End(AgentEnding.Stalled), null, request.StallTimeout, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Stop => _stop.Token;

    /// <summary>The limit that was passed; null while none was, and for one that was passed after the result.</summary>
    public AgentEnding? Passed => _ending >= 0 && !_hasResult ? (AgentEnding)_ending : null;

    /// <summary>The agent did something.</summary>
    public void Beat()
    {
        if (!_hasResult)
            _silence.Change(_stall, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The agent gave its result; it should end by itself now.</summary>
    public void ResultSeen()
    {
        if (Volatile.Read(ref _ending) >= 0)
            return;
        _hasResult = true;
        _silence.Change(AfterResult, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _wall.Dispose();
        _silence.Dispose();
        _stop.Dispose();
    }

    private void End(AgentEnding ending)
    {
        if (Interlocked.CompareExchange(ref _ending, (int)ending, -1) != -1)
            return;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended while the timer fired.
        }
    }
}
