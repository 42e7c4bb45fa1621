using System.Collections.Concurrent;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Wakes those who wait for the playground to reach a state.</summary>
internal sealed class Changes
{
    private readonly ConcurrentDictionary<Waiter, byte> waiters = new();

    public void Raise()
    {
        foreach (var waiter in waiters.Keys)
        {
            waiter.Look();
        }
    }

    /// <summary>Completes as soon as <paramref name="condition"/> holds; it is asked again after every change.</summary>
    public async Task WhenAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        waiters.TryAdd(waiter, 0);
        try
        {
            waiter.Look();
            await waiter.Reached.WaitAsync(cancellationToken);
        }
        finally
        {
            waiters.TryRemove(waiter, out _);
        }
    }

    private sealed class Waiter(Func<bool> condition)
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => reached.Task;

        public void Look()
        {
            try
            {
                if (condition())
                {
                    reached.TrySetResult();
                }
            }
            catch (Exception e)
            {
                reached.TrySetException(e);
            }
        }
    }
}
