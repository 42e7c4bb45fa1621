using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.Faults;

/// <summary>The faults that wait for their request, in the order they were added.</summary>
public sealed class FaultRack
{
    private readonly Lock guard = new();
    private int underWay;
    private int held;
    private TaskCompletionSource released = NewSignal();
    private readonly Changes changes = new();
    private ImmutableList<Armed> armed = [];

    /// <summary>Faults still to come, with what is left of their counts.</summary>
    public IReadOnlyList<Fault> Waiting => [.. Volatile.Read(ref armed).Select(entry => entry.Fault with { Count = entry.Left })];

    /// <summary>Arms a fault. A path that is no regular expression, or a count below one, is an <see cref="ArgumentException"/>.</summary>
    public void Add(Fault fault)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fault.Count, 1);
        var path = new Regex(fault.Path, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1));
        lock (guard)
        {
            armed = armed.Add(new Armed(fault, path, fault.Count));
        }
    }

    public void Clear()
    {
        lock (guard)
        {
            armed = [];
        }
    }

    /// <summary>Completes when every fault has met its requests.</summary>
    public Task WhenTakenAsync(CancellationToken cancellationToken) =>
        changes.WhenAsync(() => Volatile.Read(ref armed).Count == 0 && Volatile.Read(ref underWay) == 0, cancellationToken);

    /// <summary>Completes when a request, or its answer, is being held.</summary>
    public Task WhenHeldAsync(CancellationToken cancellationToken) => changes.WhenAsync(() => Volatile.Read(ref held) > 0, cancellationToken);

    /// <summary>Completes when nothing is held any more: all was released, or whoever asked has left.</summary>
    public Task WhenNoneHeldAsync(CancellationToken cancellationToken) => changes.WhenAsync(() => Volatile.Read(ref held) == 0, cancellationToken);

    /// <summary>Lets everything go on that is held now.</summary>
    public void ReleaseHeld()
    {
        lock (guard)
        {
            released.SetResult();
            released = NewSignal();
        }
    }

    /// <summary>Waits for the release; a client that leaves ends it with <see cref="OperationCanceledException"/>.</summary>
    internal async Task HoldAsync(CancellationToken left)
    {
        Task release;
        lock (guard)
        {
            release = released.Task;
        }

        Interlocked.Increment(ref held);
        changes.Raise();
        try
        {
            await release.WaitAsync(left);
        }
        finally
        {
            Interlocked.Decrement(ref held);
            changes.Raise();
        }
    }

    internal Fault? Take(string method, string pathAndQuery)
    {
        lock (guard)
        {
            var found = armed.Find(entry =>
                (entry.Fault.Method == "*" || entry.Fault.Method.Equals(method, StringComparison.OrdinalIgnoreCase)) && entry.Path.IsMatch(pathAndQuery));
            if (found is null)
            {
                return null;
            }

            armed = found.Left == 1 ? armed.Remove(found) : armed.Replace(found, found with { Left = found.Left - 1 });
            Interlocked.Increment(ref underWay);
            return found.Fault;
        }
    }

    /// <summary>A fault that was taken has begun: its clock runs.</summary>
    internal void Begun()
    {
        Interlocked.Decrement(ref underWay);
        changes.Raise();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Armed(Fault Fault, Regex Path, int Left);
}
