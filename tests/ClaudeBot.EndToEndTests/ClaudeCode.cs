namespace ClaudeBot.EndToEndTests;

/// <summary>The pinned Claude Code CLI that <c>./test</c> installs.</summary>
internal static class ClaudeCode
{
    /// <summary>Its path, from <c>CLAUDE_CODE_PATH</c>. Without it the tests fail: they are about the real program.</summary>
    public static string Path =>
        Environment.GetEnvironmentVariable("CLAUDE_CODE_PATH") is { Length: > 0 } path && File.Exists(path)
            ? path
            : throw new InvalidOperationException("CLAUDE_CODE_PATH does not name the Claude Code program. Run the tests by ./test, which installs it.");
}
