namespace ClaudeBot.Playground.Sample;

/// <summary>The repository that the playground begins with: a small Node.js project with a bug, and issues to hand over.</summary>
/// <param name="Name"><c>owner/name</c>.</param>
/// <param name="Folder">The files of its first commit.</param>
/// <param name="Issues">In the order of their numbers, from 1.</param>
/// <param name="ScriptFile">What the playground's Claude answers for it.</param>
/// <param name="TrialScriptFile">Scenarios that obey the issue's text to the letter, for tests alone.</param>
public sealed record SampleRepository(
    string Name, string Folder, IReadOnlyList<SampleIssue> Issues, string ScriptFile, string TrialScriptFile)
{
    /// <summary>Reads the sample that is shipped beside the program.</summary>
    /// <exception cref="IOException">The program was copied without its <c>Sample</c> folder.</exception>
    public static SampleRepository Load()
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "Sample");
        return new(
            "octo/greeter",
            Path.Combine(shipped, "greeter"),
            [.. Directory.GetFiles(Path.Combine(shipped, "issues"), "*.md").Order(StringComparer.Ordinal).Select(SampleIssue.Read)],
            Path.Combine(shipped, "claude-script.yml"),
            Path.Combine(shipped, "trial-script.yml"));
    }
}

/// <param name="Body">GitHub Markdown.</param>
public sealed record SampleIssue(string Title, string Body)
{
    /// <summary>A Markdown file whose first line is the title as a heading.</summary>
    internal static SampleIssue Read(string file)
    {
        var text = File.ReadAllText(file);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return new(text[..end].TrimStart('#', ' ').Trim(), text[end..].Trim());
    }
}
