namespace ClaudeBot.Queue.Spool;

/// <summary>A task and what the spool did for it.</summary>
/// <param name="SpooledPriority">The priority in the file that was put into <c>queue/</c>; null when none was put there since it waits.</param>
public sealed record SpooledTask(QueuedTask Task, TaskPriority? SpooledPriority)
{
    public bool IsSpooled => SpooledPriority is not null;
}
