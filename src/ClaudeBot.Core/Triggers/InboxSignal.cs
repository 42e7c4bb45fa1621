using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Tells the trigger processor of this process that a delivery was stored; it never gets lost, only merged.</summary>
public sealed class InboxSignal : IDisposable
{
    private readonly QueueSignal _signal = new();

    public void Set() => _signal.Set();

    /// <summary>Waits for a signal, at most <paramref name="longest"/>.</summary>
    public Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken) =>
        _signal.WaitAsync(longest, time, cancellationToken);

    public void Dispose() => _signal.Dispose();
}
