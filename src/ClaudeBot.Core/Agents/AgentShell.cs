using ClaudeBot.Processes;

namespace ClaudeBot.Agents;

/// <summary>A command of <c>bash</c> in the work tree, as the agents that live in this process run it: with no secret in its environment.</summary>
internal static class AgentShell
{
    public static ProcessRequest Command(string command, AgentRequest request, string searchPath, string mark) => new()
    {
        Program = "bash",
        Arguments = ["-c", command],
        WorkingDirectory = request.WorkTree,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = searchPath,
            ["HOME"] = request.Home,
            ["LANG"] = "C.UTF-8",
            [ClaudeCodeCommand.RunMark] = mark,
        },
        KeepCharacters = 30_000,
    };
}
