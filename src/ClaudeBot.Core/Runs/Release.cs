using ClaudeBot.Gate;
using ClaudeBot.Ledger;

namespace ClaudeBot.Runs;

/// <summary>Takes the agent's work through the gate, and keeps what the gate said in the event log.</summary>
public sealed class Release(OutgoingGate gate, IEventLog events)
{
    /// <summary>Gives what may be pushed.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go.</exception>
    /// <exception cref="Workspaces.WorkspaceException"/>
    public async Task<ReleasedChange> PassAsync(Run run, AgentWork work, CancellationToken cancellationToken)
    {
        var verdict = await gate.JudgeAsync(
            new OutgoingChange(
                work.Prepared.Workspace,
                work.Change?.Sha,
                work.Prepared.Policy,
                [run.Task.Title, run.Task.Description],
                [("the title", run.Task.Title), ("the agent's summary", work.Span.Summary)]),
            cancellationToken);
        switch (verdict)
        {
            case GateVerdict.Blocked blocked:
                await RecordAsync(run, "gate.blocked", string.Join(' ', blocked.Reasons), cancellationToken);
                throw RunEnd.Failed(blocked.Reason);
            case GateVerdict.Reduced reduced:
                await RecordAsync(run, "gate.reduced", $"Held back: {string.Join(", ", reduced.HeldBack)}", cancellationToken);
                return new ReleasedChange(reduced.Sha, reduced.HeldBack);
            case GateVerdict.Allowed:
                return new ReleasedChange(work.Change?.Sha, []);
            default:
                throw new InvalidOperationException($"No such verdict: {verdict.GetType().Name}.");
        }
    }

    private Task RecordAsync(Run run, string kind, string message, CancellationToken cancellationToken) => events.AppendAsync(
        kind,
        "bot",
        run.Task.Id,
        run.Task.IssueNumber is { } number ? new IssueReference(run.Task.Repository, number) : null,
        message,
        cancellationToken);
}

/// <summary>What the gate let through.</summary>
/// <param name="Sha">The commit; null when the agent made none.</param>
/// <param name="HeldBack">Protected paths whose changes stay here.</param>
public sealed record ReleasedChange(string? Sha, IReadOnlyList<string> HeldBack);
