namespace ClaudeBot.Workspaces;

/// <summary>Writes a git directory by hand: no process to wait for, no template to be surprised by. See gitrepository-layout(5).</summary>
internal static class GitDirectory
{
    /// <summary>The first line of packed-refs, with no traits. Git can do without it; other readers, among them that of the .NET SDK, cannot.</summary>
    private const string PackedReferences = "# pack-refs with: ";

    /// <param name="head">The branch that <c>HEAD</c> names.</param>
    /// <param name="references">Full reference name → commit.</param>
    /// <param name="borrowed">An objects folder to read from beside the own one; null: none.</param>
    /// <param name="configuration">More lines for <c>config</c>.</param>
    public static void Create(
        string folder,
        string head,
        IReadOnlyDictionary<string, string> references,
        bool isBare,
        string? borrowed = null,
        string configuration = "")
    {
        WorkspaceFolders.Create(folder);
        foreach (var child in (string[])["objects/info", "objects/pack", "refs/heads", "info"])
            Directory.CreateDirectory(Path.Combine(folder, child));

        File.WriteAllText(Path.Combine(folder, "HEAD"), $"ref: refs/heads/{head}\n");
        File.WriteAllText(
            Path.Combine(folder, "config"),
            $"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = {(isBare ? "true" : "false")}\n{configuration}");
        File.WriteAllLines(
            Path.Combine(folder, "packed-refs"),
            references.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Value} {r.Key}").Prepend(PackedReferences));
        if (borrowed is not null)
            File.WriteAllText(Path.Combine(folder, "objects/info/alternates"), $"{borrowed}\n");
    }

    /// <summary>A value inside quotes in a configuration file.</summary>
    public static string Quoted(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).ReplaceLineEndings(" ")}\"";
}
