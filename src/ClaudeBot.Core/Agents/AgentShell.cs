using ClaudeBot.Processes;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Agents;

/// <summary>A command of <c>bash</c> in the work tree, as the agents that live in this process run it: with no secret in its environment.</summary>
internal static class AgentShell
{
    /// <summary>What the commands of an agent may see.</summary>
    public static SandboxView View(AgentRequest request) => new(request.WorkTree, request.Home)
    {
        Readable = request.Readable,
        WorkTreeIsReadOnly = request.IsReadOnly,
        OnBlocked = host => request.OnEvent?.Invoke(new AgentEvent("blocked", host)),
    };

    /// <summary>What an agent that is a program of its own may see: the gateway too.</summary>
    public static SandboxView ProgramView(AgentRequest request) => View(request) with { LoopbackPorts = [request.Gateway.Address.Port] };

    public static ProcessRequest Command(string command, AgentRequest request, string searchPath) => new()
    {
        Program = "bash",
        Arguments = ["-c", command],
        WorkingDirectory = request.WorkTree,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = searchPath,
            ["HOME"] = request.Home,
            ["LANG"] = "C.UTF-8",
        },
        KeepCharacters = 30_000,
    };
}
