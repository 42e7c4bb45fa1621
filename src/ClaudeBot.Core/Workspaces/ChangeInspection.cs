using System.Globalization;

namespace ClaudeBot.Workspaces;

/// <summary>Looks at a tree that is to be committed: at what differs, and at what must not leave in a commit.</summary>
internal sealed class ChangeInspection(Git git)
{
    private const string Symlink = "120000";
    private const string Submodule = "160000";

    /// <exception cref="WorkspaceException">The change has a link out of the tree, a submodule, or a name that passes for <c>.git</c>.</exception>
    public async Task RequireAllowedAsync(GitPlace place, string from, string to, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(place, ["diff-tree", "-r", "-z", "--raw", "--no-renames", from, to], cancellationToken);
        var fields = output.Split('\0', StringSplitOptions.RemoveEmptyEntries);

        // ":old-mode new-mode old-sha new-sha status", then the path: git-diff-tree(1), raw output format.
        var entries = fields.Chunk(2).Select(pair => (Facts: pair[0].Split(' '), Path: pair[1])).ToList();
        Refuse("adds or moves a submodule", entries.Where(e => e.Facts[1] == Submodule).Select(e => e.Path));
        Refuse("has a file name that passes for .git", entries.Where(e => e.Path.Split('/').Any(part => GitName.IsGit(part))).Select(e => e.Path));

        var outside = new List<string>();
        foreach (var (facts, path) in entries.Where(e => e.Facts[1] == Symlink))
        {
            if (!StaysInside(path, await git.RunAsync(place, ["cat-file", "blob", facts[3]], cancellationToken)))
                outside.Add(path);
        }

        Refuse("has a symbolic link that points out of the repository", outside);
    }

    /// <summary>The changed paths, sorted, and the sums of added and removed lines; a binary file counts none.</summary>
    public async Task<CommittedChange> MeasureAsync(GitPlace place, string from, string commit, string wholeTree, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(
            place,
            ["diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", from, commit],
            cancellationToken);
        var lines = output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t', 3)).ToList();
        return new CommittedChange(
            commit,
            [.. lines.Select(l => l[2]).Order(StringComparer.Ordinal)],
            lines.Sum(l => Count(l[0])),
            lines.Sum(l => Count(l[1])),
            wholeTree);

        static int Count(string number) => number == "-" ? 0 : int.Parse(number, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// True when the link's target lies in the repository. Only leading <c>..</c> are understood: after a name they
    /// depend on what that name itself links to.
    /// </summary>
    internal static bool StaysInside(string path, string target)
    {
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").ToList();
        var up = parts.TakeWhile(p => p == "..").Count();
        var down = parts.Skip(up).ToList();
        var depth = path.Count(c => c == '/');
        return !target.StartsWith('/') && up <= depth && !down.Contains("..") && !down.Exists(p => GitName.IsGit(p));
    }

    private static void Refuse(string fault, IEnumerable<string> paths)
    {
        var list = paths.ToList();
        if (list.Count > 0)
            throw TreeInspection.Refusal(fault, list);
    }
}
