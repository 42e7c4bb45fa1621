namespace ClaudeBot.Agents;

public enum AgentEnding
{
    /// <summary>The agent says that it is done.</summary>
    Completed,
    /// <summary>The agent, or the model behind it, reports an error.</summary>
    Failed,
    TimedOut,
    Stalled,
    OverBudget,
    /// <summary>The repository's budget of the day, or the bot's, is spent: the task goes on when the day turns, it uses no attempt.</summary>
    OverDayBudget,
    /// <summary>The model's service refused for now (429, 529, network): try the task again later, it uses no attempt.</summary>
    Overloaded,
    /// <summary>It was cut off before its result: killed, out of memory, or its way to the model was lost. Trying again may help, and uses an attempt.</summary>
    Crashed,
    /// <summary>The model's service refuses the bot's key: the task waits for an operator, it uses no attempt.</summary>
    KeyRefused,
    /// <summary>The account with the model's service has nothing left to spend: all tasks wait for an operator, it uses no attempt.</summary>
    OutOfCredit,
}

/// <summary>How a run of an agent ended.</summary>
public sealed record AgentResult
{
    public required AgentEnding Ending { get; init; }

    /// <summary>The agent's last words: its summary of the change, or the error. Redacted.</summary>
    public required string Summary { get; init; }

    /// <summary>To continue this conversation later; null when the agent has no such thing.</summary>
    public string? SessionId { get; init; }

    /// <summary>The session that was to be resumed is not there any more: nothing was done.</summary>
    public bool SessionIsGone { get; init; }

    public int Turns { get; init; }

    /// <summary>The agent's own figure, in US dollars; the gateway's meter is the truth.</summary>
    public decimal CostUsd { get; init; }

    public TimeSpan Duration { get; init; }
}
