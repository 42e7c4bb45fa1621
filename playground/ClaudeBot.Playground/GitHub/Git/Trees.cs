using System.Globalization;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>An entry of a tree; <paramref name="Type"/> is git's word: <c>blob</c>, <c>tree</c> or <c>commit</c>.</summary>
internal sealed record TreeEntry(string Mode, string Type, string Sha, long Size, string Path)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}

internal static class Trees
{
    /// <summary>The entry at a path, or null.</summary>
    public static async Task<TreeEntry?> EntryAsync(this BareRepository git, string commit, string path, CancellationToken cancellationToken) =>
        (await ReadAsync(git, commit, path, cancellationToken)).FirstOrDefault(entry => entry.Path == path);

    /// <summary>What lies in a folder; an empty path is the root.</summary>
    public static Task<IReadOnlyList<TreeEntry>> EntriesAsync(this BareRepository git, string commit, string path, CancellationToken cancellationToken) =>
        ReadAsync(git, commit, path.Length == 0 ? "" : path + "/", cancellationToken);

    public static async Task<byte[]> BlobAsync(this BareRepository git, string sha, CancellationToken cancellationToken) =>
        (await git.RunAsync(["cat-file", "blob", sha], cancellationToken)).Bytes;

    private static async Task<IReadOnlyList<TreeEntry>> ReadAsync(BareRepository git, string commit, string path, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(["--literal-pathspecs", "ls-tree", "-l", "-z", commit, "--", .. path.Length == 0 ? Array.Empty<string>() : [path]], cancellationToken);
        return [.. output.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(Read)];
    }

    private static TreeEntry Read(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        var parts = line[..tab].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new TreeEntry(parts[0], parts[1], parts[2], parts[3] == "-" ? 0 : long.Parse(parts[3], CultureInfo.InvariantCulture), line[(tab + 1)..]);
    }
}
