using ClaudeBot.Queue;

namespace ClaudeBot.Triggers;

/// <summary>Why an issue is, or is not, being worked on.</summary>
public sealed record Explanation
{
    public required IssueReference Issue { get; init; }

    /// <summary>The answer in one sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>True when work is under way or will start by itself.</summary>
    public required bool IsWorkedOn { get; init; }

    /// <summary>Every rule, applied to the issue as it is on GitHub now.</summary>
    public required IReadOnlyList<RuleFact> Facts { get; init; }

    /// <summary>Its tasks, newest first.</summary>
    public required IReadOnlyList<QueuedTask> Tasks { get; init; }

    /// <summary>What was decided about deliveries for it, newest first.</summary>
    public required IReadOnlyList<DecidedDelivery> Decisions { get; init; }
}
