using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>One changed file; <paramref name="Status"/> is GitHub's word, <paramref name="Patch"/> starts at the first <c>@@</c> and is null for binary files.</summary>
internal sealed record FileChange(string Path, string? PreviousPath, string Status, string BlobSha, int Additions, int Deletions, string? Patch);

/// <summary>The sizes and mergeability that GitHub shows with a pull request.</summary>
internal sealed record PullFacts(int Commits, int ChangedFiles, int Additions, int Deletions, bool Mergeable)
{
    public static PullFacts Empty { get; } = new(0, 0, 0, 0, false);
}

internal static partial class Differences
{
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    /// <summary>The files that differ between two commits; <paramref name="from"/> null means from nothing.</summary>
    public static async Task<IReadOnlyList<FileChange>> ChangesAsync(this BareRepository git, string? from, string to, CancellationToken cancellationToken)
    {
        from ??= EmptyTree;
        var names = await git.RunAsync(["diff", "-M", "--raw", "--numstat", "--no-abbrev", "-z", from, to, "--"], cancellationToken);
        var patches = PatchStart().Split((await git.DiffTextAsync(from, to, cancellationToken)).TrimEnd('\n')).Skip(1).ToArray();
        return [.. Read(names.Text.Split('\0'), patches)];
    }

    public static async Task<string> DiffTextAsync(this BareRepository git, string from, string to, CancellationToken cancellationToken) =>
        (await git.RunAsync(["diff", "-M", "--full-index", "--src-prefix=a/", "--dst-prefix=b/", from, to, "--"], cancellationToken)).Text;

    public static async Task<PullFacts> PullFactsAsync(this BareRepository git, string @base, string head, CancellationToken cancellationToken)
    {
        var mergeBase = await git.MergeBaseAsync(@base, head, cancellationToken) ?? EmptyTree;
        var changes = await git.ChangesAsync(mergeBase, head, cancellationToken);
        var (ahead, _) = await git.DistanceAsync(@base, head, cancellationToken);
        var merge = await git.TryAsync(["merge-tree", "--write-tree", @base, head], cancellationToken);
        return new PullFacts(ahead, changes.Count, changes.Sum(change => change.Additions), changes.Sum(change => change.Deletions), merge.ExitCode == 0);
    }

    private static IEnumerable<FileChange> Read(string[] fields, string[] patches)
    {
        var raw = new List<(string Status, string Sha, string Path, string? Previous)>();
        var next = 0;
        for (; next < fields.Length && fields[next].StartsWith(':'); next++)
        {
            var parts = fields[next].Split(' ');
            var (status, sha) = (parts[4][..1], parts[3]);
            raw.Add(status is "R" or "C"
                ? (status, sha, fields[next + 2], fields[next + 1])
                : (status, status == "D" ? parts[2] : sha, fields[next + 1], null));
            next += status is "R" or "C" ? 2 : 1;
        }

        for (var file = 0; file < raw.Count; file++)
        {
            var counts = fields[next].Split('\t');
            var (status, sha, path, previous) = raw[file];
            next += previous is null ? 1 : 3;
            var patch = file < patches.Length ? patches[file] : "";
            var hunk = patch.StartsWith("@@", StringComparison.Ordinal) ? 0 : patch.IndexOf("\n@@", StringComparison.Ordinal) + 1;
            yield return new FileChange(
                path, previous, Word(status), sha, Count(counts[0]), Count(counts[1]),
                patch.Contains("\n@@", StringComparison.Ordinal) ? patch[hunk..].TrimEnd('\n') : null);
        }
    }

    private static int Count(string number) => number == "-" ? 0 : int.Parse(number, CultureInfo.InvariantCulture);

    private static string Word(string status) => status switch
    {
        "A" => "added",
        "D" => "removed",
        "R" => "renamed",
        "C" => "copied",
        "T" => "changed",
        _ => "modified",
    };

    [GeneratedRegex("^diff --git ", RegexOptions.Multiline)]
    private static partial Regex PatchStart();
}
