namespace ClaudeBot.Agents;

/// <summary>
/// Why the gateway, or the model's service behind it, did not answer a task's last call. The gateway saw it happen: unlike
/// what a run prints, it cannot be made up by the agent.
/// </summary>
public enum ModelRefusal
{
    /// <summary>The task has spent its budget.</summary>
    Budget,

    /// <summary>The repository, or the bot, has spent its budget of the day.</summary>
    DayBudget,

    /// <summary>The account's spend limit is reached or its credit used up; asking again does not help.</summary>
    Spend,

    /// <summary>The service does not take the key.</summary>
    Auth,

    /// <summary>The service does not know the model.</summary>
    Config,

    /// <summary>429: too much at once.</summary>
    Rate,

    /// <summary>529, another 5xx, an answer that broke off, or no answer.</summary>
    Transient,
}
