namespace ClaudeBot.Workspaces;

/// <summary>Where mirrors, workspaces and agents' homes lie in the data folder.</summary>
internal sealed class WorkspaceFolders(WorkspaceOptions options)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _root = Path.GetFullPath(options.DataDirectory);

    public string Mirrors => Path.Combine(_root, "mirrors");

    public string Mirror(RepositoryName repository) => Path.Combine(Mirrors, $"{repository.Owner}--{repository.Name}.git");

    public string Workspace(TaskId task) => Path.Combine(_root, "workspaces", task.Value);

    public string Tree(TaskId task) => Path.Combine(Workspace(task), "tree");

    public string Git(TaskId task) => Path.Combine(Workspace(task), "git");

    public string Homes => Path.Combine(_root, "sessions");

    /// <summary>The agent's home: one for each issue, or for each task without an issue.</summary>
    public string Home(TaskId task, RepositoryName repository, int? issue) =>
        Path.Combine(Homes, issue is null ? task.Value : $"{repository.Owner}--{repository.Name}--issue-{issue}");

    /// <summary>Makes a folder that only the bot's user may enter.</summary>
    public static void Create(string folder) => Directory.CreateDirectory(folder, OwnerOnly);
}
