namespace ClaudeBot.Ledger;

/// <summary>One entry of the event log, which only grows.</summary>
/// <param name="Kind">A dotted word: <c>task.queued</c>, <c>task.running</c>, <c>task.succeeded</c>, <c>queue.paused</c>, <c>delivery.ignored</c>, <c>spool.quarantined</c>.</param>
/// <param name="Actor">Who caused it: a GitHub login, <c>operator</c>, or <c>bot</c>.</param>
/// <param name="Message">One sentence for people, redacted.</param>
public sealed record LedgerEvent(long Sequence, DateTimeOffset At, string Kind, string Actor, TaskId? TaskId, IssueReference? Subject, string Message);

/// <summary>The event log behind <c>timeline</c>, the task page and the audit. One implementation for each database.</summary>
public interface IEventLog
{
    Task AppendAsync(string kind, string actor, TaskId? taskId, IssueReference? subject, string message, CancellationToken cancellationToken);

    /// <summary>Entries at or after a time, oldest first.</summary>
    Task<IReadOnlyList<LedgerEvent>> SinceAsync(DateTimeOffset since, int limit, CancellationToken cancellationToken);

    /// <summary>Entries of one task, oldest first.</summary>
    Task<IReadOnlyList<LedgerEvent>> OfTaskAsync(TaskId task, CancellationToken cancellationToken);

    /// <summary>Entries of one task behind the one with a sequence number, oldest first.</summary>
    Task<IReadOnlyList<LedgerEvent>> OfTaskAfterAsync(TaskId task, long sequence, CancellationToken cancellationToken);
}
