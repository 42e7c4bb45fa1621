namespace ClaudeBot.Sandbox;

public sealed record SandboxOptions
{
    /// <summary>False: commands run as plain processes of the bot's user, for a machine whose kernel allows no sandbox.</summary>
    public bool Enabled { get; init; } = true;
}
