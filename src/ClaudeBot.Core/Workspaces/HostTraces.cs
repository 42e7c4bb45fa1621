namespace ClaudeBot.Workspaces;

/// <summary>Takes back out of the index what only the host's commands left in the tree: a path that the agent changed as well stays.</summary>
internal sealed class HostTraces(Git git)
{
    private const string Missing = "000000";

    /// <param name="drifts">Oldest first; they are undone from the newest on, as a later one may stand on an earlier one.</param>
    /// <exception cref="WorkspaceException"/>
    public async Task TakeOutAsync(GitPlace place, IReadOnlyList<TreeDrift> drifts, CancellationToken cancellationToken)
    {
        foreach (var drift in drifts.Reverse())
        {
            var changes = await ChangesAsync(place, drift, cancellationToken);
            if (changes.Count == 0)
                continue;

            var index = await IndexAsync(place, cancellationToken);
            var undone = changes
                .Where(change => index.GetValueOrDefault(change.Path, Entry.None) == change.After)
                .Select(change => $"{change.Before.Mode} {change.Before.Sha}\t{change.Path}\0");
            await git.RunAsync(place, ["update-index", "-z", "--index-info"], cancellationToken, string.Concat(undone));
        }
    }

    private async Task<List<(string Path, Entry Before, Entry After)>> ChangesAsync(GitPlace place, TreeDrift drift, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(place, ["diff-tree", "-r", "-z", "--raw", "--no-renames", drift.Before, drift.After], cancellationToken);

        // ":old-mode new-mode old-sha new-sha status", then the path: git-diff-tree(1), raw output format.
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair =>
        {
            var facts = pair[0][1..].Split(' ');
            return (pair[1], new Entry(facts[0], facts[2]), new Entry(facts[1], facts[3]));
        })];
    }

    private async Task<Dictionary<string, Entry>> IndexAsync(GitPlace place, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(place, ["ls-files", "-s", "-z"], cancellationToken);

        // "mode sha stage", a tab, the path: git-ls-files(1).
        return output.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('\t', 2))
            // Names that are not UTF-8 may look alike here.
            .DistinctBy(parts => parts[1])
            .ToDictionary(parts => parts[1], parts => new Entry(parts[0].Split(' ')[0], parts[0].Split(' ')[1]));
    }

    private readonly record struct Entry(string Mode, string Sha)
    {
        public static Entry None { get; } = new(Missing, new string('0', 40));
    }
}
