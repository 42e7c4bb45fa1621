using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>
/// Commits what the agent changed, and never what only the setup commands or the checks left in the tree. What the gate holds back is taken
/// back in the tree as well, so that the checks judge what leaves.
/// </summary>
public sealed class AgentCommits(WorkspaceStore workspaces, Release release, CommitWording wording)
{
    /// <summary>Without a change when the agent made none.</summary>
    /// <exception cref="RunEndException">The gate lets nothing go.</exception>
    /// <exception cref="WorkspaceException"/>
    public async Task<ReleasedChange> CommitAsync(Run run, Prepared prepared, AgentSpan span, CancellationToken cancellationToken)
    {
        var change = await workspaces.CommitAsync(
            prepared.Workspace,
            wording.Message(run, prepared.Policy, span.Summary),
            prepared.ByHost,
            cancellationToken);
        if (change is null)
            return new ReleasedChange(null, []);

        var released = await release.PassAsync(run, prepared, change, span, cancellationToken);
        return released is { Change: { } reduced, HeldBack.Count: > 0 }
            ? released with { Change = reduced with { WholeTree = await workspaces.TakeBackAsync(prepared.Workspace, released.HeldBack, cancellationToken) } }
            : released;
    }

    /// <summary>Paths in which the commit still holds conflict markers of a merge under way.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<IReadOnlyList<string>> ConflictsLeftAsync(Prepared prepared, CommittedChange? change, CancellationToken cancellationToken) =>
        change is null ? [] : await workspaces.ConflictsLeftAsync(prepared.Workspace, change.Sha, cancellationToken);

    /// <summary>Remembers what the checks did to the tree since it was committed; for the time before the agent goes on in it.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<Prepared> AfterChecksAsync(Prepared prepared, CommittedChange? change, CancellationToken cancellationToken)
    {
        var before = change?.WholeTree ?? prepared.Workspace.StartSha;
        var after = await workspaces.SnapshotAsync(prepared.Workspace, cancellationToken);
        return prepared with { ByHost = [.. prepared.ByHost, new TreeDrift(before, after)] };
    }
}
