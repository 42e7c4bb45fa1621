namespace ClaudeBot.Sandbox;

/// <summary>What a command may see of the machine, apart from the system's own programs, libraries and settings.</summary>
/// <param name="WorkTree">The folder it works in; it may write there. Absolute.</param>
/// <param name="Home">Its home; it may write there. Absolute.</param>
public sealed record SandboxView(string WorkTree, string Home)
{
    /// <summary>Folders and files that it may read; absolute. What is not there is left out.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>It may only read the work tree.</summary>
    public bool WorkTreeIsReadOnly { get; init; }

    /// <summary>Services on this machine's 127.0.0.1 that it may reach, under the same port on its own.</summary>
    public IReadOnlyList<int> LoopbackPorts { get; init; } = [];

    /// <summary>Told <c>host:port</c> of each connection that <see cref="SandboxOptions.EgressAllow"/> did not allow, from any thread.</summary>
    public Action<string>? OnBlocked { get; init; }
}
