namespace ClaudeBot.Queue;

/// <summary>The words for operators' orders.</summary>
public static class OrderWords
{
    /// <summary>One word in small letters, as in paths, in the ledger and in what a bot is told.</summary>
    public static string Word(this OrderAction action) => action.ToString().ToLowerInvariant();

    /// <summary>As people name it, in one or two words.</summary>
    /// <param name="priority">Of <see cref="OrderAction.Priority"/>; else null.</param>
    public static string Words(this OrderAction action, TaskPriority? priority) => priority is { } level ? $"{action} {level.Word()}" : action.ToString();
}
