using ClaudeBot.Gate;
using ClaudeBot.Ledger;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>
/// Takes the agent's work through the gate, and keeps what the gate said in the event log. The gate looks twice: before the checks, which then
/// run on what may leave and on nothing else, and at the very end.
/// </summary>
public sealed class Release(OutgoingGate gate, IEventLog events)
{
    /// <summary>The look before the checks: gives what may be pushed, if nothing is added to it.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<ReleasedChange> PassAsync(Run run, Prepared prepared, CommittedChange change, AgentSpan span, CancellationToken cancellationToken)
    {
        var verdict = await JudgeAsync(run, prepared, change, span, cancellationToken);
        if (verdict is not GateVerdict.Reduced reduced)
            return new ReleasedChange(change, []);

        await RecordAsync(run, "gate.reduced", $"Held back: {string.Join(", ", reduced.HeldBack.Select(file => file.Path))}", cancellationToken);
        return new ReleasedChange(reduced.Change, reduced.HeldBack);
    }

    /// <summary>The last look, at exactly what leaves: a secret may have become one meanwhile.</summary>
    /// <exception cref="RunEndException">The gate does not let all of it go.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task RequireAsync(Run run, AgentWork work, CancellationToken cancellationToken)
    {
        if (await JudgeAsync(run, work.Prepared, work.Change, work.Span, cancellationToken) is not GateVerdict.Allowed)
            throw RunEnd.Failed("Nothing was pushed: the change is not the one that was checked.");
    }

    private async Task<GateVerdict> JudgeAsync(Run run, Prepared prepared, CommittedChange? change, AgentSpan span, CancellationToken cancellationToken)
    {
        var verdict = await gate.JudgeAsync(
            new OutgoingChange(
                prepared.Workspace,
                change?.Sha,
                prepared.Policy,
                [run.Task.Title, run.Task.Description],
                [("the title", run.Task.Title), ("the agent's summary", span.Summary)]),
            cancellationToken);
        if (verdict is not GateVerdict.Blocked blocked)
            return verdict;

        await RecordAsync(run, "gate.blocked", string.Join(' ', blocked.Reasons), cancellationToken);
        throw RunEnd.Failed(blocked.Reason);
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
/// <param name="Change">The commit; null when the agent made none.</param>
/// <param name="HeldBack">Changes of protected files, which stay here.</param>
public sealed record ReleasedChange(CommittedChange? Change, IReadOnlyList<ChangedFile> HeldBack);
