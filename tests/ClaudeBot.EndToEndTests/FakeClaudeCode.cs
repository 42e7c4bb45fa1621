namespace ClaudeBot.EndToEndTests;

/// <summary>A script in the place of the Claude Code CLI, for what the real one would not do on request.</summary>
internal static class FakeClaudeCode
{
    /// <summary>The line with which a run ends well.</summary>
    public const string Result = """{"type":"result","subtype":"success","is_error":false,"result":"Written down.","session_id":"00000000-0000-4000-8000-000000000000","num_turns":1,"total_cost_usd":0}""";

    /// <param name="script">For bash; the prompt is in <c>$prompt</c>.</param>
    /// <returns>The path, for CLAUDE_CODE_PATH.</returns>
    public static string Write(string folder, string script)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, "claude");
        File.WriteAllText(path, $"#!/bin/bash\nprompt=$(cat)\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
