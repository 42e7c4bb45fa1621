using ClaudeBot.Gate;
using ClaudeBot.GitHub;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>The second step: a fresh workspace, the repository's rules and instructions, and what its setup commands install.</summary>
public sealed class Preparation(GitHubClient gitHub, WorkspaceStore workspaces, CheckRunner checks)
{
    private static readonly string[] InstructionPaths = ["CLAUDE.md", "AGENTS.md"];

    /// <exception cref="RunEndException">The repository cannot be worked on as it is.</exception>
    /// <exception cref="GitHubException"/>
    /// <exception cref="WorkspaceException"/>
    public async Task<Prepared> PrepareAsync(Run run, CancellationToken cancellationToken)
    {
        var repository = await run.Steps.ReadAsync(token => gitHub.GetRepositoryAsync(run.Task.Repository, token), cancellationToken);
        if (repository.IsArchived)
            throw RunEnd.Failed("The repository is archived: nothing can be pushed to it.");

        var workspace = await WorkspaceAsync(run, repository.DefaultBranch, cancellationToken);
        var policy = ReadPolicy(await workspaces.ReadBaseFileAsync(workspace, RepositoryPolicy.Path, cancellationToken));
        if (policy.BaseBranch is { } other && other != repository.DefaultBranch)
            workspace = await WorkspaceAsync(run, other, cancellationToken);

        policy = RepositoryPolicyReader.WithGuessedChecks(policy, RootFiles(workspace));
        var instructions = await InstructionsAsync(workspace, policy, cancellationToken);
        return new Prepared(workspace, policy, instructions, await SetUpAsync(run, workspace, policy, cancellationToken));
    }

    private Task<Workspace> WorkspaceAsync(Run run, string baseBranch, CancellationToken cancellationToken)
    {
        if (string.Equals(run.Task.Branch, baseBranch, StringComparison.Ordinal))
            throw RunEnd.Failed($"The task's branch is the base branch '{baseBranch}': the bot never pushes there.");

        return run.Steps.ReadAsync(
            token => workspaces.PrepareAsync(run.Task.Id, run.Task.Repository, run.Task.IssueNumber, baseBranch, run.Task.Branch, token),
            cancellationToken);
    }

    private static RepositoryPolicy ReadPolicy(string? yaml)
    {
        try
        {
            return RepositoryPolicyReader.Read(yaml);
        }
        catch (FormatException e)
        {
            throw RunEnd.Failed($"{RepositoryPolicy.Path} on the default branch is not valid. {e.Message}");
        }
    }

    private static IReadOnlyList<string> RootFiles(Workspace workspace) =>
        [.. Directory.EnumerateFiles(workspace.Tree).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private async Task<IReadOnlyList<InstructionFile>> InstructionsAsync(Workspace workspace, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        var found = new List<InstructionFile>();
        foreach (var path in InstructionPaths)
        {
            if (await workspaces.ReadBaseFileAsync(workspace, path, cancellationToken) is { } text && !string.IsNullOrWhiteSpace(text))
                found.Add(new InstructionFile(path, text));
        }

        if (!string.IsNullOrWhiteSpace(policy.Instructions))
            found.Add(new InstructionFile(RepositoryPolicy.Path, policy.Instructions));
        return found;
    }

    private async Task<IReadOnlyList<CheckResult>> SetUpAsync(Run run, Workspace workspace, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        if (policy.Setup.Count == 0)
            return [];

        run.Board.Update(p => p with { Doing = "setup commands" });
        var report = await checks.SetUpAsync(workspace.View(), policy, cancellationToken);
        if (report.Passed)
            return report.Results;

        var failed = report.Results.First(result => !result.Passed);
        throw RunEnd.Failed($"The setup command `{failed.Command}` of the repository failed with exit code {failed.ExitCode}:\n\n{failed.OutputTail}");
    }
}
