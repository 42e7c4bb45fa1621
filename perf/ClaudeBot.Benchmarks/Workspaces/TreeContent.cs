using System.Security.Cryptography;

namespace ClaudeBot.Benchmarks.Workspaces;

/// <summary>What a tree holds outside its <c>.git</c>: path → kind, permission to run, and content.</summary>
internal static class TreeContent
{
    /// <exception cref="BenchmarkException">The trees differ.</exception>
    public static void RequireEqual(string one, string other)
    {
        var (first, second) = (Read(one), Read(other));
        var difference = first.Except(second).Concat(second.Except(first)).Select(entry => entry.Key).FirstOrDefault();
        if (first.Count == 0 || difference is not null)
            throw new BenchmarkException($"The trees differ in {difference ?? "nothing: both are empty"}.");
    }

    public static int Count(string tree) => Read(tree).Count;

    private static Dictionary<string, string> Read(string tree)
    {
        var entries = new Dictionary<string, string>();
        foreach (var file in new DirectoryInfo(tree).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            var path = Path.GetRelativePath(tree, file.FullName);
            if (path.StartsWith(".git/", StringComparison.Ordinal))
                continue;
            entries[path] = file.LinkTarget is { } link
                ? $"link {link}"
                : $"{File.GetUnixFileMode(file.FullName) & UnixFileMode.UserExecute} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file.FullName)))}";
        }

        return entries;
    }
}
