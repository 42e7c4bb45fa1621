using ClaudeBot.Agents;
using ClaudeBot.Gate;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>What came of the agent's rounds.</summary>
/// <param name="Change">The commit, let through by the gate and made before the checks could leave anything in the tree; null when the tree is as it was.</param>
/// <param name="HeldBack">Protected paths whose changes it does not have, of all rounds, sorted.</param>
/// <param name="Checks">Run by the host on the same files.</param>
/// <param name="DraftReason">Why this is not ready for review; null when it is.</param>
/// <param name="Prepared">Where it was made; not the workspace that the run began with when an earlier session was gone.</param>
public sealed record AgentWork(
    Prepared Prepared,
    AgentSpan Span,
    string? Model,
    CommittedChange? Change,
    IReadOnlyList<string> HeldBack,
    IReadOnlyList<CheckResult> Checks,
    string? DraftReason);

/// <summary>All rounds of the agent in one run, taken together.</summary>
/// <param name="Summary">The last words of the last round that ended well.</param>
public sealed record AgentSpan(AgentEnding Ending, string Summary, string? SessionId, int Turns, decimal CostUsd, TimeSpan Duration)
{
    /// <summary>The last words of every round, oldest first.</summary>
    public IReadOnlyList<string> Said { get; init; } = [Summary];

    public AgentSpan Plus(AgentResult round) => new(
        round.Ending,
        round.Ending == AgentEnding.Completed && round.Summary.Length > 0 ? round.Summary : Summary,
        round.SessionId ?? SessionId,
        Turns + round.Turns,
        CostUsd + round.CostUsd,
        Duration + round.Duration)
    {
        Said = [.. Said, round.Summary],
    };

    public static AgentSpan Of(AgentResult round) =>
        new(round.Ending, round.Summary, round.SessionId, round.Turns, round.CostUsd, round.Duration);
}
