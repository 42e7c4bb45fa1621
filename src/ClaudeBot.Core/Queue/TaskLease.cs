namespace ClaudeBot.Queue;

/// <summary>
/// The right to work on a task. <see cref="Fence"/> was raised at the claim and every write names it: after another
/// claim, or a cancellation, writes of this lease touch nothing and answer false.
/// </summary>
public sealed record TaskLease(QueuedTask Task, long Fence, string Worker)
{
    public TaskId Id => Task.Id;
}

/// <summary>How a worker identifies itself.</summary>
/// <param name="Name">Host, process and slot; for people.</param>
/// <param name="BootId">New at every start of the process: a lease under an older boot id of the same machine is dead.</param>
public sealed record WorkerIdentity(string Name, string BootId);

/// <summary>The end of a task, written once.</summary>
public sealed record TaskOutcome
{
    /// <summary>Succeeded, Failed, Cancelled or Dead.</summary>
    public required TaskState State { get; init; }
    /// <summary>For people: what was done, or why not and who must act.</summary>
    public required string Reason { get; init; }
    public int? PullRequestNumber { get; init; }
    public string? PullRequestUrl { get; init; }
    public string? HeadSha { get; init; }
    /// <summary>Who is told of it.</summary>
    public EndNotice Notice { get; init; }
}

/// <summary>Who is told that a task ended, besides what its label and live comment show.</summary>
public enum EndNotice
{
    /// <summary>Whoever asked for it, in a comment that mentions them, and the operator by a message.</summary>
    Full,
    /// <summary>The operator alone: the run has said it in a comment.</summary>
    Message,
    /// <summary>Nobody: it is no news.</summary>
    None,
}
