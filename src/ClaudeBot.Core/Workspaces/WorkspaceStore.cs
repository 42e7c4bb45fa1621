#pragma warning disable CA1801, IDE0060
namespace ClaudeBot.Workspaces;

/// <summary>
/// Makes, commits, pushes and removes workspaces, with trusted git only: a bare git directory of the host's with the
/// agent's folder as work tree, no configuration, hooks, filters or attributes from outside. The token reaches git
/// through askpass for one command, never by URL, argument or configuration.
/// </summary>
public sealed class WorkspaceStore
{
    /// <summary>
    /// Brings the repository's mirror up to date and makes a fresh workspace on the branch: at the branch's head when
    /// it exists on the server, else at the base branch's head. An older workspace of the same task is replaced.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    public Task<Workspace> PrepareAsync(TaskId task, RepositoryName repository, int? issue, string baseBranch, string branch, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A file's text at the base commit (never from the agent's tree); null when there is none there.</summary>
    public Task<string?> ReadBaseFileAsync(Workspace workspace, string path, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Commits everything that lies in the tree on top of <see cref="Workspace.StartSha"/>. Null when the tree equals it.
    /// The same tree, message and time give the same commit.
    /// </summary>
    public Task<CommittedChange?> CommitAsync(Workspace workspace, string message, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Pushes a commit to the branch, compare-and-swap against <see cref="Workspace.RemoteSha"/>.</summary>
    /// <exception cref="WorkspaceException"/>
    public Task<PushOutcome> PushAsync(Workspace workspace, string sha, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes the workspace; the mirror and the agent's home stay.</summary>
    public Task RemoveAsync(TaskId task, CancellationToken cancellationToken) => throw new NotImplementedException();
}
