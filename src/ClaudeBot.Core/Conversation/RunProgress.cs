namespace ClaudeBot.Conversation;

/// <summary>The steps of a run as people see them, in order.</summary>
public enum RunPhase
{
    Prepare,
    Write,
    Check,
    Publish,
}

/// <summary>Where a run stands: what the live comment shows.</summary>
public sealed record RunProgress
{
    public required TaskId TaskId { get; init; }

    public required string Branch { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public RunPhase Phase { get; init; } = RunPhase.Prepare;

    /// <summary>What the last step is called.</summary>
    public string Goal { get; init; } = "Open the pull request";

    /// <summary>What happens right now within the phase, in few words; text from outside is made harmless when it is shown.</summary>
    public string? Doing { get; init; }

    /// <summary>Spent by the task so far, in US dollars.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>What the task may spend in all, in US dollars; null: not known yet.</summary>
    public decimal? BudgetUsd { get; init; }

    /// <summary>The task's page of the status web, as people reach it; null: there is none.</summary>
    public Uri? Page { get; init; }

    /// <summary>Null while the run goes on.</summary>
    public RunClosing? Closing { get; init; }
}

/// <summary>What the comment says when a run is over, or set aside.</summary>
/// <param name="Heading">One line, plain.</param>
/// <param name="Text">Markdown; everything from outside in it is harmless already.</param>
/// <param name="AllDone">True when every step is ticked.</param>
/// <param name="At">When the run ended.</param>
public sealed record RunClosing(string Heading, string Text, bool AllDone, DateTimeOffset At);
