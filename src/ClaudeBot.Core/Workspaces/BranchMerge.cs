using System.Globalization;

namespace ClaudeBot.Workspaces;

/// <summary>
/// A merge under way in a workspace: the commit that will be made has two parents, and the tree holds what git could not
/// settle, between conflict markers.
/// </summary>
/// <param name="Ours">The first parent.</param>
/// <param name="Theirs">The commit that is merged in.</param>
/// <param name="Conflicts">Paths that somebody has to settle; none when git settled all.</param>
public sealed record MergeState(string Ours, string Theirs, IReadOnlyList<string> Conflicts);

/// <summary>Merges by trusted git, without a work tree, hooks or merge drivers: see git-merge-tree(1).</summary>
internal sealed class BranchMerge(Git git)
{
    private static readonly string[] Markers = ["<<<<<<< ", ">>>>>>> "];
    private static readonly Dictionary<string, string> LiteralPaths = new() { ["GIT_LITERAL_PATHSPECS"] = "1" };

    /// <summary>
    /// Merges <paramref name="theirs"/> into <paramref name="ours"/> and puts the outcome into the work tree. What the
    /// agent does from here on is measured against a tree in which every conflicting file is theirs.
    /// </summary>
    /// <param name="identity">Who commits, and when.</param>
    /// <exception cref="WorkspaceException"/>
    public async Task<Workspace> MergeAsync(Workspace workspace, string ours, string theirs, IReadOnlyDictionary<string, string> identity, CancellationToken cancellationToken)
    {
        var place = new GitPlace(workspace.GitDirectory);
        var result = await git.TryAsync(place, ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", ours, theirs], cancellationToken);
        // 1: there are conflicts; the tree is written all the same.
        if (result.ExitCode != 1)
            git.Require(result, "merge-tree");
        var fields = result.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var (merged, conflicts) = (fields[0].Trim(), fields[1..].Distinct(StringComparer.Ordinal).ToList());

        var reference = conflicts.Count == 0 ? merged : await WithTheirsAsync(place, merged, theirs, conflicts, cancellationToken);
        var start = await git.TryAsync(place, ["commit-tree", reference, "-p", ours, "-p", theirs, "-m", "merge"], cancellationToken, identity: identity);
        await git.RunAsync(new GitPlace(workspace.GitDirectory, workspace.Tree), ["read-tree", "--reset", "-u", merged], cancellationToken);
        return workspace with
        {
            StartSha = git.Require(start, "commit-tree").Output.Trim(),
            Merge = new MergeState(ours, theirs, conflicts),
        };
    }

    /// <summary>Paths of the merge's conflicts in which a commit still holds conflict markers.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<IReadOnlyList<string>> LeftAsync(Workspace workspace, string sha, CancellationToken cancellationToken)
    {
        if (workspace.Merge is not { Conflicts: { Count: > 0 } conflicts })
            return [];
        var place = new GitPlace(workspace.GitDirectory);
        var entries = await EntriesAsync(place, sha, conflicts, cancellationToken);
        var blobs = await new CommitReading(git, place).ReadBlobsAsync([.. entries.Values.Where(entry => entry.Mode != "160000").Select(entry => entry.Id)], cancellationToken);
        return [.. entries.Where(entry => blobs.TryGetValue(entry.Value.Id, out var text) && text.Split('\n').Any(line => Markers.Any(marker => line.StartsWith(marker, StringComparison.Ordinal)))).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
    }

    private async Task<string> WithTheirsAsync(GitPlace place, string merged, string theirs, IReadOnlyList<string> conflicts, CancellationToken cancellationToken)
    {
        var index = Path.Combine(place.Directory, $"index-{Path.GetRandomFileName()}");
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        try
        {
            var entries = await EntriesAsync(place, theirs, conflicts, cancellationToken);
            var removals = conflicts.Select(path => string.Create(CultureInfo.InvariantCulture, $"0 {new string('0', 40)}\t{path}\0"));
            var additions = entries.Select(entry => $"{entry.Value.Mode} {entry.Value.Id}\t{entry.Key}\0");
            git.Require(await git.TryAsync(place, ["read-tree", merged], cancellationToken, identity: environment), "read-tree");
            git.Require(await git.TryAsync(place, ["update-index", "-z", "--index-info"], cancellationToken, string.Concat(removals.Concat(additions)), environment), "update-index");
            return git.Require(await git.TryAsync(place, ["write-tree"], cancellationToken, identity: environment), "write-tree").Output.Trim();
        }
        finally
        {
            File.Delete(index);
        }
    }

    private async Task<Dictionary<string, (string Mode, string Id)>> EntriesAsync(GitPlace place, string sha, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var output = git.Require(await git.TryAsync(place, ["ls-tree", "-z", "--full-tree", sha, "--", .. paths], cancellationToken, identity: LiteralPaths), "ls-tree").Output;
        // "mode type id", a tab, the path: git-ls-tree(1).
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t', 2))
            .Where(parts => !parts[0].Contains(" tree ", StringComparison.Ordinal))
            .ToDictionary(parts => parts[1], parts => (parts[0].Split(' ')[0], parts[0].Split(' ')[2]), StringComparer.Ordinal);
    }
}
