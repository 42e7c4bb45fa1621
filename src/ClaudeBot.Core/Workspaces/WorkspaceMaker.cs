namespace ClaudeBot.Workspaces;

/// <summary>Lays out one workspace from the mirror: the trusted git directory, the files, and a git directory for the agent's own use.</summary>
internal sealed class WorkspaceMaker(Git git, WorkspaceFolders folders, FolderRemoval removal, WorkspaceOptions options)
{
    /// <summary>The base branch's head when the workspace was made, in the trusted git directory.</summary>
    public const string BaseReference = "refs/claude-bot/base";

    /// <summary>The file in the trusted git directory that holds <see cref="Workspace.Stamp"/>.</summary>
    public const string StampFile = "claude-bot-stamp";

    /// <summary>
    /// What the agent's <c>.gitattributes</c> may not do: run or drop content by filter, rewrite it, or hide it from a diff.
    /// This file outranks those in the tree, see gitattributes(5).
    /// </summary>
    private const string Attributes = "* !filter !ident !working-tree-encoding !diff !merge\n";

    /// <exception cref="WorkspaceException"/>
    public async Task<Workspace> MakeAsync(Mirror mirror, WorkspacePlan plan, CancellationToken cancellationToken)
    {
        var heads = await mirror.HeadsAsync([plan.BaseBranch, plan.DefaultBranch, plan.Branch], cancellationToken);
        string Head(string branch) => heads.GetValueOrDefault(branch)
            ?? throw new WorkspaceException($"The branch '{branch}' does not exist in {plan.Repository}.", isTransient: false);
        var baseHead = Head(plan.BaseBranch);

        var remote = heads.GetValueOrDefault(plan.Branch);
        var start = plan.FromBase ? null : remote;
        var workspace = new Workspace
        {
            TaskId = plan.Task,
            Repository = plan.Repository,
            Branch = plan.Branch,
            BaseBranch = plan.BaseBranch,
            Tree = folders.Tree(plan.Task),
            GitDirectory = folders.Git(plan.Task),
            Home = folders.Home(plan.Task, plan.Repository, plan.Issue),
            BaseSha = start is null ? baseHead : await StandsOnAsync(mirror, baseHead, start, cancellationToken),
            StartSha = start ?? baseHead,
            RemoteSha = remote,
            ReplacesRemote = plan.FromBase,
            RulesSha = Head(plan.DefaultBranch),
            SharedObjects = mirror.Objects,
            Stamp = Guid.NewGuid().ToString("N"),
        };

        await removal.RemoveAsync(folders.Workspace(plan.Task));
        WorkspaceFolders.Create(folders.Workspace(plan.Task));
        await removal.EmptyHomeAsync(workspace.Home);
        await CheckOutAsync(workspace, baseHead, cancellationToken);
        GiveAgentItsGit(workspace, baseHead);
        return workspace;
    }

    private async Task<string> StandsOnAsync(Mirror mirror, string baseHead, string head, CancellationToken cancellationToken)
    {
        var result = await git.TryAsync(mirror.Place, ["merge-base", baseHead, head], cancellationToken);
        // 1: no common history. Then the whole branch differs from its base.
        return result.ExitCode == 1 ? baseHead : git.Require(result, "merge-base").Output.Trim();
    }

    private async Task CheckOutAsync(Workspace workspace, string baseHead, CancellationToken cancellationToken)
    {
        WorkspaceFolders.Create(workspace.Tree);
        GitDirectory.Create(
            workspace.GitDirectory,
            "work",
            new Dictionary<string, string> { [BaseReference] = baseHead },
            isBare: false,
            workspace.SharedObjects);
        await File.WriteAllTextAsync(Path.Combine(workspace.GitDirectory, "info/attributes"), Attributes, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(workspace.GitDirectory, StampFile), workspace.Stamp, cancellationToken);
        await git.RunAsync(new GitPlace(workspace.GitDirectory, workspace.Tree), ["read-tree", "--reset", "-u", workspace.StartSha], cancellationToken);
    }

    private void GiveAgentItsGit(Workspace workspace, string baseHead)
    {
        var folder = Path.Combine(workspace.Tree, ".git");
        GitDirectory.Create(
            folder,
            workspace.Branch,
            new Dictionary<string, string>
            {
                [$"refs/heads/{workspace.Branch}"] = workspace.StartSha,
                [$"refs/remotes/origin/{workspace.BaseBranch}"] = baseHead,
            },
            isBare: false,
            workspace.SharedObjects,
            $"""
            [user]
            	name = {GitDirectory.Quoted(options.AuthorName)}
            	email = {GitDirectory.Quoted(options.AuthorEmail)}
            [remote "origin"]
            	url = {GitDirectory.Quoted(git.Url(workspace.Repository))}
            	fetch = +refs/heads/*:refs/remotes/origin/*

            """);
        File.Copy(Path.Combine(workspace.GitDirectory, "index"), Path.Combine(folder, "index"));
    }
}

/// <summary>What a workspace is made for.</summary>
/// <param name="DefaultBranch">The repository's rules are read there.</param>
/// <param name="FromBase">True: start at the base branch although the branch is on the server: what it holds is merged, and the push will replace it.</param>
public sealed record WorkspacePlan(TaskId Task, RepositoryName Repository, int? Issue, string DefaultBranch, string BaseBranch, string Branch, bool FromBase = false);
