namespace ClaudeBot.Playground.GitHub.State;

/// <summary>The roles of GitHub, in rising order.</summary>
public enum Permission
{
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}
