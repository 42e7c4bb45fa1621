namespace ClaudeBot.Queue;

/// <summary>
/// Works on one task. An exception counts as a fault of the attempt: the task is tried again later, or is dead.
/// After <see cref="InterruptionKind.LeaseLost"/> whatever it gives is thrown away.
/// </summary>
public delegate Task<TaskVerdict> TaskHandler(TaskLease lease, TaskInterruption interruption);

/// <summary>Asked before each claim: gives the reason to start nothing new now, in one sentence for people, or null.</summary>
public delegate string? AdmissionCheck();

/// <summary>Asked after the claim, before the work: gives the reason to cancel the task, or null to run it.</summary>
public delegate Task<string?> ClaimCheck(TaskLease lease, CancellationToken cancellationToken);
