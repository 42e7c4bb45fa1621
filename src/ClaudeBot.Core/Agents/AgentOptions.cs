namespace ClaudeBot.Agents;

public sealed record AgentOptions
{
    /// <summary><c>claude-code</c> or <c>api</c>; null: Claude Code where it is installed, else <c>api</c>.</summary>
    public string? Agent { get; init; }

    /// <summary>The model; null: the agent's default.</summary>
    public string? Model { get; init; }

    /// <summary>The Claude Code program; null: looked up in <c>PATH</c>.</summary>
    public string? ClaudeCodePath { get; init; }

    /// <summary>The <c>PATH</c> of the agent and of what it starts.</summary>
    public string SearchPath { get; init; } = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public TimeSpan TaskTimeout { get; init; } = TimeSpan.FromSeconds(3600);

    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(600);

    public decimal BudgetUsdPerTask { get; init; } = 5m;

    /// <summary>US dollars that all tasks of one repository may spend in a day (UTC).</summary>
    public decimal BudgetUsdPerRepositoryPerDay { get; init; } = 50m;

    /// <summary>US dollars that all tasks together may spend in a day (UTC).</summary>
    public decimal BudgetUsdPerDay { get; init; } = 200m;
}
