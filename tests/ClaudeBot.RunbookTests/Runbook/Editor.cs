using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests.Runbook;

/// <summary>A <c>vim</c> that needs nobody at the keys: it changes lines of the file as it was told beforehand.</summary>
internal static class Editor
{
    private static string Folder { get; } = Path.Combine(Installation.Folder, "editor");

    /// <summary>The PATH on which it is the first vim.</summary>
    public static string SearchPath => $"{Folder}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>Has the next <c>vim FILE</c> give these names these values, and put a new file in the old one's place, as vim does.</summary>
    public static async Task PrepareAsync(Dictionary<string, string> values, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        var edits = string.Join(' ', values.Select(pair => $"-e 's|^{pair.Key}=.*|{pair.Key}={pair.Value}|'"));
        var script = Path.Combine(Folder, "vim");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec sed -i {edits} \"$1\"\n", cancellationToken);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
