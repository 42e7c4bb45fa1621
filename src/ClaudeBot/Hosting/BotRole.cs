namespace ClaudeBot.Hosting;

/// <summary>Which part of the work this process does.</summary>
public enum BotRole
{
    /// <summary>Everything, and the status web.</summary>
    Up,
    /// <summary>Everything.</summary>
    All,
    /// <summary>Takes in deliveries and polls.</summary>
    Ingest,
    /// <summary>Works on tasks.</summary>
    Worker,
    /// <summary>Starts nothing by itself: one pass, made by a verb.</summary>
    Once,
}

internal static class BotRoles
{
    /// <summary>True when the host itself receives deliveries and polls.</summary>
    public static bool TakesIn(this BotRole role) => role is BotRole.Up or BotRole.All or BotRole.Ingest;

    /// <summary>True when the host itself works on tasks.</summary>
    public static bool Works(this BotRole role) => role is BotRole.Up or BotRole.All or BotRole.Worker;
}
