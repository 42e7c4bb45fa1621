using ClaudeBot.GitHub;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>Finds what an earlier run of the task left behind and can still be built on: nothing is done, or paid for, twice.</summary>
public sealed class Resumption(GitHubClient gitHub, WorkspaceStore workspaces, AgentSession session)
{
    /// <summary>
    /// The tree and the session in which the agent was at work when its run was cut off. Null unless all of it is sound:
    /// files, home and session are there, and the branch on GitHub is where it was.
    /// </summary>
    /// <exception cref="GitHubException"/>
    public async Task<AgentCheckpoint?> UnfinishedWorkAsync(Run run, CancellationToken cancellationToken)
    {
        if (await CheckpointAsync(run, cancellationToken) is not { SessionId: not null, Workspace.RulesSha: { } rules } kept || kept.Agent != session.AgentName)
            return null;
        if (!await run.Steps.ReadAsync(token => workspaces.HoldsAsync(kept.Workspace, rules, token), cancellationToken))
            return null;
        return await HeadAsync(run, kept.Workspace, cancellationToken) == kept.Workspace.RemoteSha ? kept : null;
    }

    /// <summary>
    /// The workspace that holds a commit which is not on GitHub yet; null when it cannot be pushed from there any more. What others
    /// pushed may be merged into the workspace since: the commit alone would then overwrite it.
    /// </summary>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException"/>
    public async Task<Workspace?> UnpushedAsync(Run run, string sha, string? headOnGitHub, CancellationToken cancellationToken)
    {
        if (await CheckpointAsync(run, cancellationToken) is not { Workspace: var workspace } || workspace.RemoteSha != headOnGitHub)
            return null;
        return await run.Steps.ReadAsync(
            async token => await workspaces.HoldsAsync(workspace, sha, token) && await workspaces.MayReplaceRemoteAsync(workspace, sha, token) ? workspace : null,
            cancellationToken);
    }

    private static async Task<AgentCheckpoint?> CheckpointAsync(Run run, CancellationToken cancellationToken) =>
        (await run.Steps.FindAsync<AgentCheckpoint>(RunStep.Agent, cancellationToken))?.Intent;

    private Task<string?> HeadAsync(Run run, Workspace workspace, CancellationToken cancellationToken) =>
        run.Steps.ReadAsync(token => gitHub.GetBranchHeadAsync(workspace.Repository, workspace.Branch, token), cancellationToken);
}
