namespace ClaudeBot.Conversation;

/// <summary>
/// Holds where a run stands. Written by the run and by the agent's events, in any thread and without waiting; read by
/// the live comment.
/// </summary>
public sealed class ProgressBoard(RunProgress start)
{
    private readonly Lock _lock = new();
    private RunProgress _current = start;
    private TaskCompletionSource _changed = New();

    public RunProgress Current
    {
        get
        {
            lock (_lock)
                return _current;
        }
    }

    public void Update(Func<RunProgress, RunProgress> change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            var next = change(_current);
            if (next == _current)
                return;
            _current = next;
            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
    }

    public void Enter(RunPhase phase) => Update(p => p with { Phase = phase, Doing = null });

    /// <summary>Completes when the board is no longer as <paramref name="seen"/>.</summary>
    public Task ChangedSinceAsync(RunProgress seen)
    {
        lock (_lock)
            return _current == seen ? _changed.Task : Task.CompletedTask;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
