namespace ClaudeBot.Queue;

/// <summary>How long ago the ledger said that a lease is held; by the monotonic clock, which goes on while a process stands still.</summary>
public sealed class LeaseProof(TimeSpan lease, TimeProvider time)
{
    private long _askedAt = time.GetTimestamp();

    /// <summary>True while nobody else can hold the task.</summary>
    public bool IsGood => time.GetElapsedTime(Volatile.Read(ref _askedAt)) < lease;

    /// <param name="askedAt">The timestamp taken before the ledger was asked.</param>
    public void Renew(long askedAt) => Volatile.Write(ref _askedAt, askedAt);
}
