namespace ClaudeBot.EndToEndTests;

/// <summary>What <c>/proc</c> tells of the processes on this machine; those that are gone, or not ours to read, are left out.</summary>
internal static class AgentProcesses
{
    /// <summary>The environments of all processes whose home lies in the bot's data folder, with where they were read.</summary>
    public static List<(string Where, string Text)> Environments(string dataDirectory) =>
        [.. Each("environ").Where(process => process.Text.Contains($"HOME={dataDirectory}/sessions/", StringComparison.Ordinal))];

    /// <summary>The command lines of all processes.</summary>
    public static List<(string Where, string Text)> CommandLines() => [.. Each("cmdline")];

    private static IEnumerable<(string Where, string Text)> Each(string name) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => (Where: folder, Text: Read($"{folder}/{name}")))
            .Where(process => process.Text.Length > 0);

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
