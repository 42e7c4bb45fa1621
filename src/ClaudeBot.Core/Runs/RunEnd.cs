using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>The pull request that a task led to.</summary>
/// <param name="HeadSha">The bot's own commit on its branch, whatever others pushed on top; null when the run brought none there.</param>
public sealed record PullRequestLink(int Number, string Url, string? HeadSha, bool IsDraft);

/// <summary>How a run ends.</summary>
public abstract record RunEnd(string Reason)
{
    /// <summary>The agent's files take up too much room: none is kept, its home included.</summary>
    public bool ClearsDisk { get; init; }

    /// <summary>The task is over.</summary>
    public sealed record Over(TaskState State, string Reason, PullRequestLink? Pull) : RunEnd(Reason)
    {
        /// <summary>Who is told, besides what label and live comment show.</summary>
        public EndNotice Notice { get; init; }
    }

    /// <summary>The task goes back to waiting.</summary>
    public sealed record Again(string Reason, DateTimeOffset? NotBefore, bool CountsAttempt) : RunEnd(Reason)
    {
        /// <summary>The comment is left alone when the run before ended for the same reason: only the time of the next look is another.</summary>
        public bool SaysSoOnce { get; init; }
    }

    /// <summary>The task waits for people.</summary>
    public sealed record Asks(InputRequest Request) : RunEnd(Request.Reason);

    /// <summary>The end as the worker loop writes it.</summary>
    public TaskVerdict Verdict => this switch
    {
        Over over => new TaskVerdict.End(new TaskOutcome
        {
            State = over.State,
            Reason = over.Reason,
            PullRequestNumber = over.Pull?.Number,
            PullRequestUrl = over.Pull?.Url,
            HeadSha = over.Pull?.HeadSha,
            Notice = over.Notice,
        }),
        Again again => new TaskVerdict.Requeue(again.Reason, again.NotBefore, again.CountsAttempt),
        Asks asks => new TaskVerdict.Ask(asks.Request),
        _ => throw new InvalidOperationException($"No verdict for {GetType().Name}."),
    };

    public static RunEndException Failed(string reason) => new(new Over(TaskState.Failed, reason, null));
}

/// <summary>Ends a run from within a step.</summary>
public sealed class RunEndException(RunEnd end) : Exception(end.Reason)
{
    public RunEnd End { get; } = end;
}

/// <summary>The task belongs to somebody else by now, or to nobody: stop, and write nothing more.</summary>
public sealed class StaleLeaseException(TaskId task) : Exception($"The lease on {task} is gone.");
