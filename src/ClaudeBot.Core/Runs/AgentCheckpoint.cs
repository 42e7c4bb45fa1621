using ClaudeBot.Gate;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>
/// Where the agent works and in which session: kept in the ledger while it works, so that a run after a crash can go on
/// in the same files and the same conversation.
/// </summary>
public sealed record AgentCheckpoint
{
    /// <summary>The agent's name: another one cannot resume its session.</summary>
    public required string Agent { get; init; }

    public required Workspace Workspace { get; init; }

    /// <summary>The setup commands that were run in the workspace.</summary>
    public required IReadOnlyList<CheckResult> SetUp { get; init; }

    /// <summary>What setup and checks left in the tree, oldest first.</summary>
    public required IReadOnlyList<TreeDrift> ByHost { get; init; }

    /// <summary>Null before the agent told it, and when the session is not worth going on with.</summary>
    public string? SessionId { get; init; }
}
