namespace ClaudeBot.Sandbox;

/// <summary>What a command may see of the machine, apart from the system's own programs, libraries and settings.</summary>
/// <param name="WorkTree">The folder it works in; it may write there. Absolute.</param>
/// <param name="Home">Its home; it may write there. Absolute.</param>
public sealed record SandboxView(string WorkTree, string Home)
{
    /// <summary>Folders and files that it may read; absolute. What is not there is left out.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];
}
