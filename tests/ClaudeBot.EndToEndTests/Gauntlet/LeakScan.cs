using System.Buffers;
using System.Diagnostics;
using System.Text;
using ClaudeBot.Tests.Secrets;

namespace ClaudeBot.EndToEndTests.Gauntlet;

/// <summary>Looks for secrets in every disguise that the canary tests know, whole or without their ends.</summary>
internal sealed class LeakScan
{
    private const int Ends = 6;
    private const int Shortest = 16;

    private readonly SearchValues<string> _needles;

    public LeakScan(IEnumerable<string> secrets)
    {
        var disguised = from secret in secrets from disguise in Disguise.All.Values select disguise(secret);
        // Encodings look different at their ends, depending on what stands beside them.
        _needles = SearchValues.Create([.. disguised.Select(text => text.Length >= Shortest + (2 * Ends) ? text[Ends..^Ends] : text).Distinct()], StringComparison.Ordinal);
    }

    /// <summary>Where something stands that is, or hides, a secret.</summary>
    public IReadOnlyList<string> Leaks(IEnumerable<(string Where, string Text)> places) =>
        [.. places.Where(place => place.Text.AsSpan().ContainsAny(_needles)).Select(place => place.Where).Distinct()];

    /// <summary>Every file below a folder, byte for byte. No link is followed.</summary>
    public static IEnumerable<(string Where, string Text)> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => File.GetUnixFileMode(file) != 0 && new FileInfo(file).Length is > 0 and < 1L << 28)
            .Select(file => (file, Encoding.Latin1.GetString(File.ReadAllBytes(file))));

    /// <summary>All objects of all git directories below a folder, unpacked: what a push brought, and what only lies there.</summary>
    public static IEnumerable<(string Where, string Text)> GitObjects(string folder) =>
        Directory.EnumerateDirectories(folder, "objects", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(objects => Path.GetDirectoryName(objects)!)
            .Where(repository => File.Exists(Path.Combine(repository, "HEAD")))
            .Select(repository => ($"git objects of {repository}", Objects(repository)));

    private static string Objects(string repository)
    {
        var start = new ProcessStartInfo("git", ["--git-dir", repository, "cat-file", "--batch", "--batch-all-objects", "--buffer"]) { RedirectStandardOutput = true, StandardOutputEncoding = Encoding.Latin1 };
        using var git = Process.Start(start)!;
        var text = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        git.ExitCode.ShouldBe(0, repository);
        return text;
    }
}
