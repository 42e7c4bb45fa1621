using System.Globalization;
using System.Text;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Gate;

/// <summary>The bounds of a change, told by its list of files alone.</summary>
internal static class ChangeLimits
{
    private const string Symlink = "120000";
    private const string Submodule = "160000";
    private const int LongestLinkTarget = 4096;

    /// <summary>What is wrong with the change, as sentences; empty when nothing is.</summary>
    public static IEnumerable<string> Faults(CommitContent commit, GateOptions options)
    {
        if (commit.Files.Count > options.MostFiles)
            yield return string.Create(CultureInfo.InvariantCulture, $"It touches {commit.Files.Count} files; {options.MostFiles} are the most. Ask for it in smaller pieces.");
        if (commit.Files.Sum(file => file.NewBytes) is var sum && sum > options.LargestChange)
            yield return $"Its files are {Size(sum)} in all; {Size(options.LargestChange)} are the most.";

        var present = commit.Files.Where(file => file.NewId is not null).ToList();
        foreach (var file in present.Where(file => file.NewBytes > options.LargestFile))
            yield return $"`{Name(file.Path)}` is {Size(file.NewBytes)}; {Size(options.LargestFile)} are the most.";
        foreach (var file in present.Where(file => file.NewMode == Submodule))
            yield return $"`{Name(file.Path)}` is a submodule: the bot adds and moves none.";
        foreach (var file in present.Where(file => file.NewMode == Symlink && file.NewBytes > LongestLinkTarget))
            yield return $"`{Name(file.Path)}` is a symbolic link to nowhere.";
        foreach (var file in present.Where(file => file.Path.EnumerateRunes().Any(IsUnprintable)))
            yield return $"The name `{Name(file.Path)}` has characters that do not show.";
        foreach (var (one, other) in CaseClashes(commit, present))
            yield return $"`{Name(one)}` and `{Name(other)}` are one file on systems that ignore case.";
    }

    /// <summary>True for the content of a pointer file, whose real content lies elsewhere: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md</summary>
    public static bool IsLfsPointer(string content) => content.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal);

    /// <summary>A path that can be shown in a sentence.</summary>
    public static string Name(string path) => string.Concat(path.EnumerateRunes().Select(rune => IsUnprintable(rune) || rune.Value == '`' ? "?" : rune.ToString()));

    private static bool IsUnprintable(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate;

    // Folders too: "Docs/a" beside "docs/b" is one folder there.
    private static IEnumerable<(string One, string Other)> CaseClashes(CommitContent commit, IEnumerable<ChangedFile> present)
    {
        var spellings = commit.Paths.SelectMany(Prefixes).Distinct(StringComparer.Ordinal).ToLookup(Folded, StringComparer.Ordinal);
        return present.Where(file => file.OldId is null).SelectMany(file => Prefixes(file.Path)).Distinct(StringComparer.Ordinal)
            .Select(added => (added, spellings[Folded(added)].FirstOrDefault(other => other != added)))
            .Where(pair => pair.Item2 is not null)
            .DistinctBy(pair => Folded(pair.added))!;
    }

    private static IEnumerable<string> Prefixes(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
        yield return path;
    }

    private static string Folded(string path) => path.Normalize(NormalizationForm.FormC).ToUpperInvariant();

    private static string Size(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{(bytes + 1023) / 1024} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.#} MiB");
}
