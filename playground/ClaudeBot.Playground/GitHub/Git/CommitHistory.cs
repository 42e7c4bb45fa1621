using System.Globalization;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>A commit as git tells it.</summary>
internal sealed record CommitData(string Sha, string Tree, IReadOnlyList<string> Parents, Signature Author, Signature Committer, string Message);

internal sealed record Signature(string Name, string Email, DateTimeOffset At);

/// <summary>Reads commits and how two of them stand to one another.</summary>
internal static class CommitHistory
{
    private const string Format = "--format=%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%at%x1f%cn%x1f%ce%x1f%ct%x1f%B%x00";

    /// <summary>Commits of a range (<c>base..head</c>) or the last <paramref name="limit"/> up to a commit; newest first.</summary>
    public static async Task<IReadOnlyList<CommitData>> CommitsAsync(this BareRepository git, string range, int limit, CancellationToken cancellationToken)
    {
        var output = await git.RunAsync(["log", $"--max-count={limit}", Format, range, "--"], cancellationToken);
        return [.. output.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry.TrimStart('\n')).Where(entry => entry.Length > 0).Select(Read)];
    }

    public static async Task<CommitData> CommitAsync(this BareRepository git, string sha, CancellationToken cancellationToken) =>
        (await git.CommitsAsync(sha, 1, cancellationToken))[0];

    public static async Task<string?> MergeBaseAsync(this BareRepository git, string one, string other, CancellationToken cancellationToken)
    {
        var output = await git.TryAsync(["merge-base", one, other], cancellationToken);
        return output.ExitCode == 0 ? output.Line : null;
    }

    /// <summary>How many commits <paramref name="head"/> has that <paramref name="base"/> has not, and the reverse.</summary>
    public static async Task<(int Ahead, int Behind)> DistanceAsync(this BareRepository git, string @base, string head, CancellationToken cancellationToken)
    {
        var counts = (await git.RunAsync(["rev-list", "--left-right", "--count", $"{@base}...{head}"], cancellationToken)).Line.Split('\t');
        return (int.Parse(counts[1], CultureInfo.InvariantCulture), int.Parse(counts[0], CultureInfo.InvariantCulture));
    }

    private static CommitData Read(string entry)
    {
        var parts = entry.Split('\u001f', 10);
        return new CommitData(
            parts[0], parts[1], parts[2].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            new Signature(parts[3], parts[4], Time(parts[5])), new Signature(parts[6], parts[7], Time(parts[8])), parts[9].TrimEnd('\n'));
    }

    private static DateTimeOffset Time(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}
