namespace ClaudeBot.Queue;

/// <summary>
/// What the ledger's stores tell the rest of this process after a commit. Other processes hear nothing: whoever must
/// not miss a change looks at the ledger as well, now and then. Handlers must return at once and throw nothing.
/// </summary>
public sealed class QueueNotices
{
    /// <summary>Tasks were made or changed: there may be something to claim or to show.</summary>
    public event Action? Changed;

    /// <summary>A running task was taken from its worker.</summary>
    public event Action<TaskId>? LeaseRevoked;

    /// <summary>There is something to say on GitHub.</summary>
    public event Action? Posted;

    public void RaisePosted() => Posted?.Invoke();

    public void RaiseChanged() => Changed?.Invoke();

    public void RaiseLeaseRevoked(TaskId id) => LeaseRevoked?.Invoke(id);
}
