namespace ClaudeBot.Triggers;

public sealed record TriggerOptions
{
    /// <summary>The label that asks for work.</summary>
    public string BotLabel { get; init; } = "claude-bot";

    /// <summary>The repositories served; none, with a GitHub App: all where it is installed.</summary>
    public required IReadOnlyList<RepositoryName> Repositories { get; init; }

    /// <summary>How often open issues are looked at, beside webhooks.</summary>
    public TimeSpan IssueCheckInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the inbox is looked at when no signal came: for deliveries put off, and those of other processes.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);
}
