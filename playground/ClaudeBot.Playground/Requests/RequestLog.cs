using System.Collections.Immutable;

namespace ClaudeBot.Playground.Requests;

/// <summary>Every request to the REST API with its answer, and a way to wait for the next.</summary>
public sealed class RequestLog
{
    private readonly Lock guard = new();
    private ImmutableList<RecordedExchange> exchanges = [];
    private ImmutableList<(Func<RecordedExchange, bool> Match, TaskCompletionSource<RecordedExchange> Found)> waiters = [];

    /// <summary>What was recorded up to now, oldest first.</summary>
    public IReadOnlyList<RecordedExchange> All => Volatile.Read(ref exchanges);

    /// <summary>The next exchange, from now on, that <paramref name="match"/> accepts.</summary>
    public Task<RecordedExchange> NextAsync(Func<RecordedExchange, bool> match, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return WaitAsync(match, cancellationToken);
        }
    }

    /// <summary>The first exchange that <paramref name="match"/> accepts, recorded already or still to come.</summary>
    public Task<RecordedExchange> FirstAsync(Func<RecordedExchange, bool> match, CancellationToken cancellationToken)
    {
        lock (guard)
        {
            return exchanges.Find(exchange => match(exchange)) is { } found ? Task.FromResult(found) : WaitAsync(match, cancellationToken);
        }
    }

    internal void Add(Func<long, RecordedExchange> make)
    {
        lock (guard)
        {
            var exchange = make(exchanges.Count + 1);
            exchanges = exchanges.Add(exchange);
            foreach (var waiter in waiters.Where(waiter => waiter.Match(exchange)))
            {
                waiters = waiters.Remove(waiter);
                waiter.Found.TrySetResult(exchange);
            }
        }
    }

    private Task<RecordedExchange> WaitAsync(Func<RecordedExchange, bool> match, CancellationToken cancellationToken)
    {
        var found = new TaskCompletionSource<RecordedExchange>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters = waiters.Add((match, found));
        return found.Task.WaitAsync(cancellationToken);
    }
}
