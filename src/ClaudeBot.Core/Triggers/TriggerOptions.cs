namespace ClaudeBot.Triggers;

public sealed record TriggerOptions
{
    /// <summary>The label that asks for work.</summary>
    public string BotLabel { get; init; } = "claude-bot";

    /// <summary>The name by which comments address the bot, without the sign before it.</summary>
    public string Mention { get; init; } = "claude-bot";

    /// <summary>The most that a comment may let one task spend, in US dollars.</summary>
    public decimal LargestBudgetUsd { get; init; } = 5m;

    /// <summary>Numeric ids of bot accounts that may ask for work, vouched for by the operator: GitHub knows no permission of theirs.</summary>
    public IReadOnlyList<long> AllowedBots { get; init; } = [];

    /// <summary>How many tasks may be made for one issue within an hour.</summary>
    public int MaxTasksPerIssueAndHour { get; init; } = 5;

    /// <summary>The repositories served; none, with a GitHub App: all where it is installed.</summary>
    public required IReadOnlyList<RepositoryName> Repositories { get; init; }

    /// <summary>How often open issues are looked at, beside webhooks.</summary>
    public TimeSpan IssueCheckInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often the bot's open pull requests are looked at, beside webhooks.</summary>
    public TimeSpan PrCheckInterval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often the inbox is looked at when no signal came: for deliveries put off, and those of other processes.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The webhook door is open: deliveries that did not come through are worth asking for again.</summary>
    public bool ReceivesWebhooks { get; init; }

    /// <summary>How long after the start they are first asked for: by then the door stands open.</summary>
    public TimeSpan FirstDeliverySweep { get; init; } = TimeSpan.FromSeconds(10);
}
