using ClaudeBot.Gate;
using ClaudeBot.GitHub;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>The second step: a workspace, the repository's rules and instructions, and what its setup commands install.</summary>
public sealed class Preparation(GitHubClient gitHub, WorkspaceStore workspaces, CheckRunner checks, Resumption resumption, PolicyLookup policies)
{
    private static readonly string[] InstructionPaths = ["CLAUDE.md", "AGENTS.md"];

    /// <summary>The workspace of a run that was cut off, where it is sound; else a fresh one.</summary>
    /// <exception cref="RunEndException">The repository cannot be worked on as it is.</exception>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException"/>
    public async Task<Prepared> PrepareAsync(Run run, CancellationToken cancellationToken)
    {
        if (await resumption.UnfinishedWorkAsync(run, cancellationToken) is not { } kept)
            return await AfreshAsync(run, cancellationToken);

        var prepared = await DescribeAsync(kept.Workspace, await policies.OfAsync(run, await PolicyTextAsync(kept.Workspace, cancellationToken), cancellationToken), cancellationToken);
        return prepared with { SetUp = kept.SetUp, ByHost = kept.ByHost, Session = kept.SessionId };
    }

    /// <summary>As the other, but fresh in any case.</summary>
    /// <exception cref="RunEndException"/>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException"/>
    public async Task<Prepared> AfreshAsync(Run run, CancellationToken cancellationToken)
    {
        var repository = await run.Steps.ReadAsync(token => gitHub.GetRepositoryAsync(run.Task.Repository, token), cancellationToken);
        if (repository.IsArchived)
            throw RunEnd.Failed("The repository is archived: nothing can be pushed to it.");

        if (run.FollowUp is { } followUp)
            return await SetUpAsync(run, await FollowAsync(run, followUp, repository.DefaultBranch, cancellationToken), cancellationToken);

        var workspace = await WorkspaceAsync(run, repository.DefaultBranch, repository.DefaultBranch, cancellationToken);
        var policy = await policies.OfAsync(run, await PolicyTextAsync(workspace, cancellationToken), cancellationToken);
        if (policy.BaseBranch is { } other && other != repository.DefaultBranch)
            workspace = await WorkspaceAsync(run, repository.DefaultBranch, other, cancellationToken);

        return await SetUpAsync(run, await DescribeAsync(workspace, policy, cancellationToken), cancellationToken);
    }

    /// <summary>The pull request's branch as it is on the server, whoever pushed there last; with its base merged in where that is asked.</summary>
    private async Task<Prepared> FollowAsync(Run run, FollowUp followUp, string defaultBranch, CancellationToken cancellationToken)
    {
        var workspace = await run.Steps.ReadAsync(
            token => workspaces.PrepareAsync(new WorkspacePlan(followUp.Origin.Id, run.Task.Repository, followUp.Origin.IssueNumber, defaultBranch, followUp.Pull.BaseBranch, run.Task.Branch), token),
            cancellationToken);
        if (workspace.RemoteSha is null)
            throw RunEnd.Failed($"The branch {run.Task.Branch} is gone: there is nothing to go on from.");

        var policy = await policies.OfAsync(run, await PolicyTextAsync(workspace, cancellationToken), cancellationToken);
        if (followUp.MergesBase)
            workspace = await workspaces.MergeBaseAsync(workspace, cancellationToken);
        if (new ProtectedPaths(policy).In(workspace.Merge?.Conflicts ?? []) is { Count: > 0 } closed)
            throw RunEnd.Failed($"{followUp.Pull.BaseBranch} conflicts with the branch in files that are left to people: {string.Join(", ", closed)}. Please merge by hand.");
        return await DescribeAsync(workspace, policy, cancellationToken);
    }

    private async Task<Workspace> WorkspaceAsync(Run run, string defaultBranch, string baseBranch, CancellationToken cancellationToken)
    {
        var task = run.Task;
        if (string.Equals(task.Branch, baseBranch, StringComparison.Ordinal))
            throw RunEnd.Failed($"The task's branch is the base branch '{baseBranch}': the bot never pushes there.");

        var plan = new WorkspacePlan(task.Id, task.Repository, task.IssueNumber, defaultBranch, baseBranch, task.Branch);
        var workspace = await run.Steps.ReadAsync(token => workspaces.PrepareAsync(plan, token), cancellationToken);
        return workspace.RemoteSha is { } head && await IsMergedAsync(run, head, cancellationToken)
            ? await run.Steps.ReadAsync(token => workspaces.PrepareAsync(plan with { FromBase = true }, token), cancellationToken)
            : workspace;
    }

    // A squash leaves the branch's commits outside the base branch: to go on from them would bring them in again.
    private async Task<bool> IsMergedAsync(Run run, string head, CancellationToken cancellationToken)
    {
        var pulls = await run.Steps.ReadAsync(token => gitHub.ListPullRequestsByHeadAsync(run.Task.Repository, run.Task.Branch, token), cancellationToken);
        return !pulls.Any(pull => pull.IsOpen) && pulls.Any(pull => pull.IsMerged && pull.HeadSha == head);
    }

    private Task<string?> PolicyTextAsync(Workspace workspace, CancellationToken cancellationToken) =>
        workspaces.ReadRulesAsync(workspace, RepositoryPolicy.Path, cancellationToken);

    private async Task<Prepared> DescribeAsync(Workspace workspace, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        policy = RepositoryPolicyReader.WithGuessedChecks(policy, RootFiles(workspace));
        return new Prepared(workspace, policy, await InstructionsAsync(workspace, policy, cancellationToken), [], [], null);
    }

    private static IReadOnlyList<string> RootFiles(Workspace workspace) =>
        [.. Directory.EnumerateFiles(workspace.Tree).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<InstructionFile>> InstructionsAsync(Workspace workspace, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        var found = new List<InstructionFile>();
        foreach (var path in InstructionPaths)
        {
            if (await workspaces.ReadRulesAsync(workspace, path, cancellationToken) is { } text && !string.IsNullOrWhiteSpace(text))
                found.Add(new InstructionFile(path, text));
        }

        if (!string.IsNullOrWhiteSpace(policy.Instructions))
            found.Add(new InstructionFile(RepositoryPolicy.Path, policy.Instructions));
        return found;
    }

    private async Task<Prepared> SetUpAsync(Run run, Prepared prepared, CancellationToken cancellationToken)
    {
        if (prepared.Policy.Setup.Count == 0)
            return prepared;

        run.Board.Update(p => p with { Doing = "setup commands" });
        var workspace = prepared.Workspace;
        var report = await checks.SetUpAsync(workspace.View(), prepared.Policy, cancellationToken);
        if (report.Passed)
        {
            var after = await workspaces.SnapshotAsync(workspace, cancellationToken);
            return prepared with { SetUp = report.Results, ByHost = [new TreeDrift(workspace.StartSha, after)] };
        }

        var failed = report.Results.First(result => result.Failed);
        throw RunEnd.Failed($"The setup command `{failed.Command}` of the repository failed with exit code {failed.ExitCode}:\n\n{failed.OutputTail}");
    }
}
