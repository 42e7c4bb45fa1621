using ClaudeBot.Sandbox;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Gate;

public static class CheckView
{
    /// <summary>What the checks of a workspace may see.</summary>
    public static SandboxView View(this Workspace workspace) => new(workspace.Tree, workspace.Home) { Readable = workspace.Readable };
}
