namespace ClaudeBot.Workspaces;

/// <summary>Sends a commit to the server so that nobody's work is overwritten.</summary>
internal sealed class BranchPush(Git git)
{
    /// <summary>
    /// Compare-and-swap: the branch becomes the commit only if it still is at <see cref="Workspace.RemoteSha"/>. The commit may take its
    /// place: see <see cref="WorkspaceStore.MayReplaceRemoteAsync"/>.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<PushOutcome> RunAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        var place = new GitPlace(workspace.GitDirectory);
        var branch = $"refs/heads/{workspace.Branch}";
        var url = git.Url(workspace.Repository);
        var push = await git.TryRemoteAsync(
            place,
            workspace.Repository,
            ["push", "--porcelain", "--no-verify", "--no-follow-tags", $"--force-with-lease={branch}:{workspace.RemoteSha}", url, $"{sha}:{branch}"],
            cancellationToken);
        if (push.Succeeded)
            return push.Output.Split('\n').Any(line => line.StartsWith("=\t", StringComparison.Ordinal)) ? PushOutcome.AlreadyThere : PushOutcome.Pushed;

        // Asked, not guessed from the words: the answer to a push that did arrive may have been lost on the way.
        var look = await git.TryRemoteAsync(place, workspace.Repository, ["ls-remote", "--quiet", url, branch], cancellationToken);
        if (!look.Succeeded)
            throw git.Failure(push, $"push to {workspace.Repository}");

        var there = look.Output.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(parts => parts is [_, var name] && name == branch)?[0];
        if (there == sha)
            return PushOutcome.AlreadyThere;
        return there == workspace.RemoteSha ? throw git.Failure(push, $"push to {workspace.Repository}") : PushOutcome.Moved;
    }
}
