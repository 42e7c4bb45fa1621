namespace ClaudeBot.Sandbox;

/// <summary>What a command may see of the machine, apart from the system's programs and libraries.</summary>
/// <param name="WorkTree">The folder it works in; absolute.</param>
/// <param name="Home">Its home; absolute.</param>
public sealed record SandboxView(string WorkTree, string Home);
