using System.IO.Enumeration;

namespace ClaudeBot.Workspaces;

/// <summary>
/// Looks at the agent's folder before git does: git would walk into a repository inside it and obey that
/// repository's configuration, and pack a file that GitHub never takes.
/// </summary>
internal sealed class TreeInspection(Git git)
{
    private const int NamedAtMost = 5;

    /// <summary>GitHub refuses pushes with larger files, see docs.github.com, "About large files on GitHub".</summary>
    private const long LargestFile = 100L * 1024 * 1024;

    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = 0,
        IgnoreInaccessible = true,
    };

    /// <exception cref="WorkspaceException">A git directory lies in the tree, or a name that passes for one, or too large a file, and is not ignored.</exception>
    public async Task RequireCleanAsync(GitPlace place, CancellationToken cancellationToken)
    {
        var tree = new DirectoryInfo(place.WorkTree!);
        if (!tree.Exists || tree.LinkTarget is not null)
            throw new WorkspaceException("The work tree is gone.", isTransient: true);

        var suspects = Suspects(tree.FullName);
        if (suspects.Count == 0)
            return;

        // What a .gitignore keeps out never reaches the commit: dependencies are often whole repositories.
        // The index is asked too, so that a tracked submodule cannot be hidden by an ignore line.
        var places = suspects.Select(s => Path.GetFileName(s) == ".git" ? Path.GetDirectoryName(s)! : s).ToList();
        var result = await git.TryAsync(place, ["check-ignore", "-z", "--stdin"], cancellationToken, string.Concat(places.Select(p => $"{p}\0")));
        var ignored = result.ExitCode is 0 or 1 ? result.Output.Split('\0').ToHashSet(StringComparer.Ordinal) : [];
        var refused = suspects.Where((_, i) => !ignored.Contains(places[i])).ToList();
        Refuse("holds a git directory, or a name that passes for one", [.. refused.Where(IsGit)]);
        Refuse("holds a file of more than 100 MB, which GitHub does not take", [.. refused.Where(path => !IsGit(path))]);
    }

    /// <summary>The agent's work is refused: names the first few paths.</summary>
    public static WorkspaceException Refusal(string fault, IReadOnlyCollection<string> paths) =>
        new($"The change {fault}: {string.Join(", ", paths.Take(NamedAtMost))}{(paths.Count > NamedAtMost ? $" and {paths.Count - NamedAtMost} more" : "")}.", isTransient: false);

    private static bool IsGit(string path) => GitName.IsGit(Path.GetFileName(path));

    private static void Refuse(string fault, List<string> paths)
    {
        if (paths.Count > 0)
            throw Refusal(fault, paths);
    }

    private static List<string> Suspects(string tree)
    {
        var found = new FileSystemEnumerable<string>(tree, (ref FileSystemEntry entry) => Path.GetRelativePath(tree, entry.ToFullPath()), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => GitName.IsGit(entry.FileName) ? !IsOwnGit(ref entry) : IsTooLarge(ref entry),
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !GitName.IsGit(entry.FileName) && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
        return [.. found];

        static bool IsTooLarge(ref FileSystemEntry entry) =>
            !entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0 && entry.Length > LargestFile;

        // The agent's own git directory at the top, which no git of ours ever reads.
        static bool IsOwnGit(ref FileSystemEntry entry) =>
            entry.FileName.SequenceEqual(".git") && entry.Directory.Length == entry.RootDirectory.Length;
    }
}
