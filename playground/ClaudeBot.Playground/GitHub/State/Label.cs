namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A label of a repository; <paramref name="Color"/> is six hexadecimal digits.</summary>
public sealed record Label(long Id, string Name, string Color, string? Description)
{
    /// <summary>The colour GitHub gives to a label that is created by being put on an issue.</summary>
    public const string DefaultColor = "ededed";
}
