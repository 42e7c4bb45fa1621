using System.Globalization;

namespace ClaudeBot.Workspaces;

/// <summary>Reads a commit out of the trusted git directory, byte for byte: no filter, no attribute, no conversion.</summary>
internal sealed class CommitReading(Git git, GitPlace place)
{
    private const string Submodule = "160000";

    /// <exception cref="WorkspaceException"/>
    public async Task<CommitContent> ReadAsync(string from, string sha, CancellationToken cancellationToken)
    {
        var raw = await git.RunAsync(place, ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none", from, sha], cancellationToken);
        // ":old-mode new-mode old-id new-id status", then the path: git-diff-tree(1), raw output format.
        var entries = raw.Split('\0', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => (Facts: pair[0].TrimStart(':').Split(' '), Path: pair[1])).ToList();
        var sizes = await SizesAsync([.. entries.Where(e => e.Facts[1] != Submodule).Select(e => Id(e.Facts[3])).OfType<string>()], cancellationToken);
        var paths = await git.RunAsync(place, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", sha], cancellationToken);
        var commit = await git.RunAsync(place, ["cat-file", "commit", sha], cancellationToken);
        return new CommitContent(
            sha,
            commit[(commit.IndexOf("\n\n", StringComparison.Ordinal) + 2)..],
            [.. entries.Select(e => new ChangedFile(e.Path, e.Facts[0], e.Facts[1], Id(e.Facts[2]), Id(e.Facts[3]), Id(e.Facts[3]) is { } id ? sizes.GetValueOrDefault(id) : 0))],
            paths.Split('\0', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <exception cref="WorkspaceException">Git failed, or does not hold one of them.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadBlobsAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var blobs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (ids.Count == 0)
            return blobs;

        var output = await git.RunForBytesAsync(place, ["cat-file", "--batch"], Lines(ids), cancellationToken);
        // "<id> blob <size>", a line end, the content, a line end: git-cat-file(1).
        for (var at = 0; at < output.Length;)
        {
            var end = output.IndexOf('\n', at);
            if (output[at..end].Split(' ') is not [var id, "blob", var size])
                throw new WorkspaceException($"git cat-file gave '{output[at..end]}' for a file of the change.", isTransient: false);
            var length = int.Parse(size, CultureInfo.InvariantCulture);
            blobs[id] = output.Substring(end + 1, length);
            at = end + 1 + length + 1;
        }

        return blobs;
    }

    /// <summary>The id of the commit's tree in which the files are as they were before the commit.</summary>
    /// <exception cref="WorkspaceException"/>
    public async Task<string> TreeWithoutAsync(string sha, IEnumerable<ChangedFile> files, CancellationToken cancellationToken)
    {
        var index = Path.Combine(place.Directory, $"index-{Path.GetRandomFileName()}");
        var environment = new Dictionary<string, string> { ["GIT_INDEX_FILE"] = index };
        try
        {
            // Removals first: a file may stand where a folder was.
            var lines = files.OrderByDescending(file => file.OldId is null).Select(file => $"{file.OldMode} {file.OldId ?? new string('0', 40)}\t{file.Path}\0");
            git.Require(await git.TryAsync(place, ["read-tree", sha], cancellationToken, identity: environment), "read-tree");
            git.Require(await git.TryAsync(place, ["update-index", "-z", "--index-info"], cancellationToken, string.Concat(lines), environment), "update-index");
            return git.Require(await git.TryAsync(place, ["write-tree"], cancellationToken, identity: environment), "write-tree").Output.Trim();
        }
        finally
        {
            File.Delete(index);
        }
    }

    private async Task<Dictionary<string, long>> SizesAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0)
            return [];
        var output = await git.RunAsync(place, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], cancellationToken, Lines(ids));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .DistinctBy(parts => parts[0])
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    private static string Lines(IEnumerable<string> ids) => string.Concat(ids.Distinct(StringComparer.Ordinal).Select(id => $"{id}\n"));

    private static string? Id(string written) => written.All(c => c == '0') ? null : written;
}
