namespace ClaudeBot.Queue;

/// <summary>
/// Stands around every claim: calls <paramref name="claim"/> and gives its lease, or gives null without calling it when
/// no task may start now. It is asked again at the next look at the queue.
/// </summary>
public delegate Task<TaskLease?> ClaimGuard(Func<CancellationToken, Task<TaskLease?>> claim, CancellationToken cancellationToken);
