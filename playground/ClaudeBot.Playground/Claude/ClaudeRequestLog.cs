namespace ClaudeBot.Playground.Claude;

/// <summary>The requests so far, and a signal for those to come. Keeps the newest 10,000.</summary>
public sealed class ClaudeRequestLog
{
    private const int Kept = 10_000;
    private readonly Lock _lock = new();
    private readonly List<ClaudeRequest> _requests = [];
    private readonly List<(Func<ClaudeRequest, bool> Fits, TaskCompletionSource<ClaudeRequest> Signal)> _waiting = [];
    private int _number;

    /// <summary>A copy, oldest first.</summary>
    public IReadOnlyList<ClaudeRequest> All
    {
        get
        {
            lock (_lock)
                return [.. _requests];
        }
    }

    /// <summary>The first request that fits, among those that came already or are to come.</summary>
    public Task<ClaudeRequest> WaitAsync(Func<ClaudeRequest, bool> fits, CancellationToken cancellationToken)
    {
        lock (_lock)
            return _requests.FirstOrDefault(fits) is { } known ? Task.FromResult(known) : Next(fits, cancellationToken);
    }

    /// <summary>The next request after this call.</summary>
    public Task<ClaudeRequest> NextAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return Next(_ => true, cancellationToken);
    }

    internal int NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>Called when it is settled how a request is answered, before the answer is sent: a stalled one is seen too.</summary>
    internal void Add(ClaudeRequest request)
    {
        lock (_lock)
        {
            if (_requests.Count == Kept)
                _requests.RemoveAt(0);
            _requests.Add(request);
            foreach (var waiter in _waiting.Where(waiter => waiter.Fits(request)).ToList())
            {
                _waiting.Remove(waiter);
                waiter.Signal.TrySetResult(request);
            }
        }
    }

    private Task<ClaudeRequest> Next(Func<ClaudeRequest, bool> fits, CancellationToken cancellationToken)
    {
        var signal = new TaskCompletionSource<ClaudeRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add((fits, signal));
        return signal.Task.WaitAsync(cancellationToken);
    }
}
