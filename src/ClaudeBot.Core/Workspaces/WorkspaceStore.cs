using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Workspaces;

/// <summary>
/// Makes, commits, pushes and removes workspaces, with trusted git only: a bare git directory of the host's with the
/// agent's folder as work tree, no configuration, hooks, filters or attributes from outside. The token reaches git
/// through askpass for one command, never by URL, argument or configuration.
/// </summary>
public sealed class WorkspaceStore(
    ProcessRunner processes,
    WorkspaceOptions options,
    GitHubOptions gitHub,
    SecretMask mask,
    TimeProvider time,
    ILogger<WorkspaceStore> logger) : IDisposable
{
    private readonly ConcurrentDictionary<RepositoryName, Mirror> _mirrors = new();
    private readonly WorkspaceFolders _folders = new(options);
    private readonly FolderRemoval _removal = new(processes);
    private readonly Git _git = new(processes, options, new WorkspaceFolders(options), gitHub, mask);

    /// <summary>What git did, for monitoring.</summary>
    public Meter Metrics => _git.Metrics;

    private CommitMaking Commits => new(_git, options, time);

    /// <summary>
    /// Brings the repository's mirror up to date and makes a fresh workspace on the branch: at the branch's head when
    /// it exists on the server, else at the base branch's head. An older workspace of the same task is replaced.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    /// <exception cref="GitHubException">No token could be had for git.</exception>
    public async Task<Workspace> PrepareAsync(WorkspacePlan plan, CancellationToken cancellationToken)
    {
        BranchRule.Require(plan.BaseBranch, plan.Branch);
        var mirror = MirrorOf(plan.Repository);
        var maker = new WorkspaceMaker(_git, _folders, _removal, options);
        await mirror.RefreshAsync(cancellationToken);
        try
        {
            return await maker.MakeAsync(mirror, plan, cancellationToken);
        }
        catch (WorkspaceException e) when (e.IsLocal)
        {
            await mirror.RemakeAsync(e.Message, cancellationToken);
            return await maker.MakeAsync(mirror, plan, cancellationToken);
        }
    }

    /// <summary>
    /// A file's text at <see cref="Workspace.RulesSha"/> (never from the agent's tree or the base branch, which whoever may
    /// write can choose); null when there is none there. A link inside the repository is followed.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<string?> ReadRulesAsync(Workspace workspace, string path, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        var output = await _git.RunAsync(
            new GitPlace(workspace.GitDirectory),
            ["cat-file", "--batch", "--follow-symlinks"],
            cancellationToken,
            $"{workspace.RulesSha}:{path.ReplaceLineEndings("")}\n");

        // "<sha> blob <size>", the content, a line end; anything else says in its first line why there is no content.
        var lineEnd = output.IndexOf('\n', StringComparison.Ordinal);
        return lineEnd > 0 && output[..lineEnd].Split(' ') is [_, "blob", _] ? output[(lineEnd + 1)..^1] : null;
    }

    /// <summary>
    /// Commits everything that lies in the tree on top of <see cref="Workspace.StartSha"/>, except what the repository
    /// ignores. Null when the tree equals it. The same tree, message and time give the same commit.
    /// </summary>
    /// <exception cref="WorkspaceException">
    /// Git failed, or the tree holds what must not be committed: a link out of it, a repository or submodule made
    /// inside it, a name that passes for <c>.git</c>.
    /// </exception>
    public Task<CommittedChange?> CommitAsync(Workspace workspace, string message, CancellationToken cancellationToken) =>
        CommitAsync(workspace, message, [], cancellationToken);

    /// <summary>As the other, without what only the host's own commands left in the tree.</summary>
    /// <param name="byHost">What they did, oldest first.</param>
    /// <exception cref="WorkspaceException"/>
    public async Task<CommittedChange?> CommitAsync(Workspace workspace, string message, IReadOnlyList<TreeDrift> byHost, CancellationToken cancellationToken)
    {
        var whole = await SnapshotAsync(workspace, cancellationToken);
        var place = new GitPlace(workspace.GitDirectory);
        await new HostTraces(_git).TakeOutAsync(place, byHost, cancellationToken);
        var tree = byHost.Count == 0 ? whole : await WriteTreeAsync(place, cancellationToken);
        var before = await StartTreeAsync(workspace, cancellationToken);
        if (tree == before && workspace.Merge is null)
            return null;

        var inspection = new ChangeInspection(_git);
        await inspection.RequireAllowedAsync(place, before, tree, cancellationToken);
        var commit = await Commits.MakeAsync(place, tree, workspace.Parents, message, cancellationToken);
        return await inspection.MeasureAsync(place, workspace.BaseSha, commit, whole, cancellationToken);
    }

    /// <summary>Git's id of all that lies in the tree now, except what the repository ignores.</summary>
    /// <exception cref="WorkspaceException">As for a commit.</exception>
    public async Task<string> SnapshotAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        var place = new GitPlace(workspace.GitDirectory, workspace.Tree);
        await new TreeInspection(_git).RequireCleanAsync(place, cancellationToken);
        await _git.RunAsync(place, ["add", "--all"], cancellationToken);

        // From here on the index alone is read.
        return await WriteTreeAsync(new GitPlace(workspace.GitDirectory), cancellationToken);
    }

    /// <summary>
    /// Whether a workspace from an earlier process still stands where this one would make it, whole, with the agent's
    /// home: the agent can go on in it.
    /// </summary>
    public bool IsWhole(Workspace workspace) =>
        workspace.Tree == _folders.Tree(workspace.TaskId)
        && workspace.GitDirectory == _folders.Git(workspace.TaskId)
        && Directory.Exists(workspace.Tree)
        && Directory.Exists(workspace.Home)
        && File.Exists(Path.Combine(workspace.GitDirectory, "HEAD"))
        && File.Exists(Path.Combine(workspace.GitDirectory, "index"))
        && (workspace.Stamp is null || IsStamped(workspace));

    /// <summary>Whether a whole workspace holds the commit.</summary>
    /// <exception cref="WorkspaceException">The mirror that it borrows from could not be fetched.</exception>
    public async Task<bool> HoldsAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        if (!IsWhole(workspace))
            return false;
        await RequireWholeAsync(workspace, cancellationToken);
        return (await _git.TryAsync(new GitPlace(workspace.GitDirectory), ["cat-file", "-e", $"{sha}^{{commit}}"], cancellationToken)).Succeeded;
    }

    /// <summary>
    /// Whether a commit of the workspace may take the place of <see cref="Workspace.RemoteSha"/>: it has that beneath it, or replaces it on
    /// purpose. A workspace can hold a commit older than what was merged into it.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<bool> MayReplaceRemoteAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        if (workspace.ReplacesRemote || workspace.RemoteSha is not { } remote)
            return true;
        await RequireWholeAsync(workspace, cancellationToken);
        return await IsAncestorAsync(new GitPlace(workspace.GitDirectory), remote, sha, cancellationToken);
    }

    /// <summary>What a commit holds that <see cref="Workspace.StartSha"/> does not.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<CommitContent> ReadCommitAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        return await new CommitReading(_git, new GitPlace(workspace.GitDirectory)).ReadAsync(workspace.StartSha, sha, cancellationToken);
    }

    /// <summary>The contents of files by their ids; every byte is one character.</summary>
    /// <exception cref="WorkspaceException"/>
    public Task<IReadOnlyDictionary<string, string>> ReadBlobsAsync(Workspace workspace, IReadOnlyCollection<string> ids, CancellationToken cancellationToken) =>
        new CommitReading(_git, new GitPlace(workspace.GitDirectory)).ReadBlobsAsync(ids, cancellationToken);

    /// <summary>The commit again, with some of its changes taken back; null when no change is left.</summary>
    /// <param name="files">Changes of the commit, as <see cref="ReadCommitAsync"/> gave them.</param>
    /// <exception cref="WorkspaceException"/>
    public async Task<CommittedChange?> WithoutAsync(Workspace workspace, CommitContent commit, IReadOnlyCollection<ChangedFile> files, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        var place = new GitPlace(workspace.GitDirectory);
        var tree = await new CommitReading(_git, place).TreeWithoutAsync(commit.Sha, files, cancellationToken);
        var before = await StartTreeAsync(workspace, cancellationToken);
        if (tree == before && workspace.Merge is null)
            return null;

        var made = await Commits.MakeAsync(place, tree, workspace.Parents, commit.Message, cancellationToken);
        return await new ChangeInspection(_git).MeasureAsync(place, workspace.BaseSha, made, tree, cancellationToken);
    }

    /// <summary>Takes changes back in the agent's folder too: each file is as it was before, and what git ignores stays. Gives what <see cref="SnapshotAsync"/> then would.</summary>
    /// <param name="files">Changes of a commit that was made from what lies there, as <see cref="ReadCommitAsync"/> gave them.</param>
    /// <exception cref="WorkspaceException"/>
    public async Task<string> TakeBackAsync(Workspace workspace, IReadOnlyCollection<ChangedFile> files, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        await new FileRestoration(_git, new GitPlace(workspace.GitDirectory, workspace.Tree)).TakeBackAsync(files, cancellationToken);
        return await SnapshotAsync(workspace, cancellationToken);
    }

    /// <summary>Merges the base branch, as it was when the workspace was made, into the branch: see <see cref="Workspace.Merge"/>. The branch may hold it already: then nothing changes.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<Workspace> MergeBaseAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        var place = new GitPlace(workspace.GitDirectory);
        var head = (await _git.RunAsync(place, ["rev-parse", "--verify", WorkspaceMaker.BaseReference], cancellationToken)).Trim();
        if (await IsAncestorAsync(place, head, workspace.StartSha, cancellationToken))
            return workspace;
        var merged = await new BranchMerge(_git).MergeAsync(workspace, workspace.StartSha, head, Commits.Identity(), cancellationToken);
        return merged with { BaseSha = head };
    }

    /// <summary>
    /// Fetches what others pushed to the branch meanwhile and merges it into a commit that was made here: the next push goes on top of
    /// theirs. The tree then holds the outcome. Null when the branch lacks what it held, or is gone: whoever took that away wants
    /// it away, and our commit would bring it back.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    /// <exception cref="GitHubException">No token could be had for git.</exception>
    public async Task<Workspace?> MergeOthersAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        await RequireWholeAsync(workspace, cancellationToken);
        var mirror = MirrorOf(workspace.Repository);
        await mirror.RefreshAsync(cancellationToken);
        var heads = await mirror.HeadsAsync([workspace.Branch], cancellationToken);
        if (workspace.RemoteSha is not { } known || !heads.TryGetValue(workspace.Branch, out var head))
            return null;
        if (!await IsAncestorAsync(new GitPlace(workspace.GitDirectory), known, head, cancellationToken))
            return null;
        var merged = await new BranchMerge(_git).MergeAsync(workspace, sha, head, Commits.Identity(), cancellationToken);
        return merged with { RemoteSha = head, ReplacesRemote = false };
    }

    /// <summary>Paths in which a commit still holds conflict markers of the merge under way.</summary>
    /// <exception cref="WorkspaceException"/>
    public Task<IReadOnlyList<string>> ConflictsLeftAsync(Workspace workspace, string sha, CancellationToken cancellationToken) =>
        new BranchMerge(_git).LeftAsync(workspace, sha, cancellationToken);

    /// <summary>Whether the branch holds the commit on the server now: as its head, or beneath what was pushed since.</summary>
    /// <exception cref="WorkspaceException"/>
    /// <exception cref="GitHubException">No token could be had for git.</exception>
    public async Task<bool> IsOnBranchAsync(RepositoryName repository, string branch, string sha, CancellationToken cancellationToken)
    {
        var mirror = MirrorOf(repository);
        await mirror.RefreshAsync(cancellationToken);
        return (await mirror.HeadsAsync([branch], cancellationToken)).TryGetValue(branch, out var head)
            && await IsAncestorAsync(mirror.Place, sha, head, cancellationToken);
    }

    /// <summary>
    /// Pushes a commit to the branch, compare-and-swap against <see cref="Workspace.RemoteSha"/>. A branch on which others went on from
    /// the commit has it already: the answer to an earlier push was lost. A commit that may not replace what is there is not sent, and
    /// counts as <see cref="PushOutcome.Moved"/>.
    /// </summary>
    /// <exception cref="WorkspaceException"/>
    /// <exception cref="GitHubException">No token could be had for git.</exception>
    public async Task<PushOutcome> PushAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        BranchRule.Require(workspace.BaseBranch, workspace.Branch);
        await RequireWholeAsync(workspace, cancellationToken);
        // The lease says what is replaced, not that it is kept: git overwrites it with any commit.
        var outcome = await MayReplaceRemoteAsync(workspace, sha, cancellationToken)
            ? await new BranchPush(_git).RunAsync(workspace, sha, cancellationToken)
            : PushOutcome.Moved;
        if (outcome == PushOutcome.Moved && await IsOnBranchAsync(workspace.Repository, workspace.Branch, sha, cancellationToken))
            outcome = PushOutcome.AlreadyThere;
        if (outcome == PushOutcome.Pushed)
            _git.Metrics.Pushed(workspace.Repository);
        if (outcome != PushOutcome.Moved)
            await new PushedDiff(_git, options, mask, logger).KeepAsync(workspace, sha, cancellationToken);
        return outcome;
    }

    /// <summary>Removes the workspace; the mirror and the agent's home stay.</summary>
    public async Task RemoveAsync(TaskId task, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _removal.RemoveAsync(_folders.Workspace(task));
    }

    /// <summary>Removes the agent's home for a task, conversations included.</summary>
    public async Task RemoveHomeAsync(TaskId task, RepositoryName repository, int? issue, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _removal.RemoveAsync(Home(task, repository, issue));
    }

    /// <summary>The agent's home for a task: all that works on the task has it.</summary>
    public string Home(TaskId task, RepositoryName repository, int? issue) => _folders.Home(task, repository, issue);

    /// <summary>The folder of all homes.</summary>
    public static string Homes(WorkspaceOptions options) => new WorkspaceFolders(options).Homes;

    public void Dispose()
    {
        foreach (var mirror in _mirrors.Values)
            mirror.Dispose();
        _git.Metrics.Dispose();
    }

    private async Task<string> StartTreeAsync(Workspace workspace, CancellationToken cancellationToken) =>
        (await _git.RunAsync(new GitPlace(workspace.GitDirectory), ["rev-parse", "--verify", $"{workspace.StartSha}^{{tree}}"], cancellationToken)).Trim();

    private async Task<bool> IsAncestorAsync(GitPlace place, string older, string newer, CancellationToken cancellationToken) =>
        (await _git.TryAsync(place, ["merge-base", "--is-ancestor", older, newer], cancellationToken)).Succeeded;

    private static bool IsStamped(Workspace workspace)
    {
        var file = Path.Combine(workspace.GitDirectory, WorkspaceMaker.StampFile);
        return File.Exists(file) && File.ReadAllText(file) == workspace.Stamp;
    }

    private Mirror MirrorOf(RepositoryName repository) => _mirrors.GetOrAdd(repository, r => new Mirror(r, _git, _folders, _removal, logger));

    /// <summary>The agent's work cannot be made again here, but the mirror that it borrows from can.</summary>
    private async Task RequireWholeAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(workspace.GitDirectory))
            throw new WorkspaceException($"The workspace of {workspace.TaskId} is gone.", isTransient: true);
        var mirror = MirrorOf(workspace.Repository);
        if (!Directory.Exists(mirror.Objects))
            await mirror.RefreshAsync(cancellationToken);
    }

    private async Task<string> WriteTreeAsync(GitPlace place, CancellationToken cancellationToken) =>
        (await _git.RunAsync(place, ["write-tree"], cancellationToken)).Trim();
}
