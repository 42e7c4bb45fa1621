namespace ClaudeBot.Queue;

/// <summary>What the handler of a task says at its end; the worker loop writes it under the lease.</summary>
public abstract record TaskVerdict
{
    private TaskVerdict() { }

    /// <summary>The task is over.</summary>
    public sealed record End(TaskOutcome Outcome) : TaskVerdict;

    /// <summary>Back to waiting. <paramref name="CountsAttempt"/> is false when the cause was ours: a stop, a limit, an overload.</summary>
    public sealed record Requeue(string Reason, DateTimeOffset? NotBefore, bool CountsAttempt) : TaskVerdict;

    /// <summary>Parked until people say something.</summary>
    public sealed record Ask(InputRequest Request) : TaskVerdict;
}

public enum InterruptionKind
{
    /// <summary>This process is stopping: park the task.</summary>
    Stopping,
    /// <summary>The lease is gone: the task was cancelled, or another worker has it. Write nothing more.</summary>
    LeaseLost,
}

/// <summary>How the worker loop interrupts a handler, and why.</summary>
/// <param name="proof">Null where no other worker can take the task.</param>
public sealed class TaskInterruption(LeaseProof? proof = null) : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private int _kind = -1;

    public CancellationToken Token => _source.Token;

    internal LeaseProof? Proof => proof;

    /// <summary>Null while nothing interrupted; the first cause stays.</summary>
    public InterruptionKind? Kind => _kind < 0 ? null : (InterruptionKind)_kind;

    /// <summary>Whether the lease is held for all that is known at this moment; asked before what cannot be taken back.</summary>
    public bool MayAct => Kind != InterruptionKind.LeaseLost && proof?.IsGood != false;

    public void Interrupt(InterruptionKind kind)
    {
        if (Interlocked.CompareExchange(ref _kind, (int)kind, -1) < 0)
            _source.Cancel();
    }

    public void Dispose() => _source.Dispose();
}
