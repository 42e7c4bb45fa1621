namespace ClaudeBot.Hosting;

/// <summary>Which part of the work this process does.</summary>
public enum BotRole
{
    /// <summary>Everything, and the status web.</summary>
    Up,
    /// <summary>Everything.</summary>
    All,
    /// <summary>All but the work on tasks: takes in deliveries, polls, keeps the queue's files, shows states on GitHub.</summary>
    Ingest,
    /// <summary>Works on tasks, and nothing else; several may share a data folder with one <see cref="Ingest"/>.</summary>
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

    /// <summary>True when other processes may use the same data folder at the same time.</summary>
    public static bool SharesFolder(this BotRole role) => role is BotRole.Ingest or BotRole.Worker;
}
