using ClaudeBot.PullRequests;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>Commits what the agent changed, and never what only the setup commands or the checks left in the tree.</summary>
public sealed class AgentCommits(WorkspaceStore workspaces)
{
    /// <summary>Null when the agent changed nothing.</summary>
    /// <exception cref="WorkspaceException"/>
    public Task<CommittedChange?> CommitAsync(Run run, Prepared prepared, AgentSpan span, CancellationToken cancellationToken) =>
        workspaces.CommitAsync(
            prepared.Workspace,
            ChangeText.CommitMessage(run.Task.Id, run.Task.IssueNumber, run.Task.Title, span.Summary),
            prepared.ByHost,
            cancellationToken);

    /// <summary>Remembers what the checks did to the tree since it was committed; for the time before the agent goes on in it.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<Prepared> AfterChecksAsync(Prepared prepared, CommittedChange? change, CancellationToken cancellationToken)
    {
        var before = change?.WholeTree ?? prepared.Workspace.StartSha;
        var after = await workspaces.SnapshotAsync(prepared.Workspace, cancellationToken);
        return prepared with { ByHost = [.. prepared.ByHost, new TreeDrift(before, after)] };
    }
}
