namespace ClaudeBot.Queue;

/// <summary>The words for states, kinds and priorities in the ledger, in files and in the API: snake case, lower.</summary>
public static class TaskWords
{
    public static string Word(this TaskState state) => state switch
    {
        TaskState.Waiting => "waiting",
        TaskState.Running => "running",
        TaskState.NeedsInput => "needs_input",
        TaskState.Succeeded => "succeeded",
        TaskState.Failed => "failed",
        TaskState.Cancelled => "cancelled",
        TaskState.Dead => "dead",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Word(this TaskKind kind) => kind switch
    {
        TaskKind.Issue => "issue",
        TaskKind.PrFeedback => "pr_feedback",
        TaskKind.Manual => "manual",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Word(this TaskPriority priority) => priority switch
    {
        TaskPriority.Low => "low",
        TaskPriority.Medium => "medium",
        TaskPriority.High => "high",
        TaskPriority.Urgent => "urgent",
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, null),
    };

    public static string Word(this AwaitedInput awaited) => awaited switch
    {
        AwaitedInput.Question => "question",
        AwaitedInput.Plan => "plan",
        AwaitedInput.Pause => "pause",
        _ => throw new ArgumentOutOfRangeException(nameof(awaited), awaited, null),
    };

    /// <summary>Null for null, and for a word that is none.</summary>
    public static AwaitedInput? ParseAwaited(string? word) =>
        Enum.GetValues<AwaitedInput>().Cast<AwaitedInput?>().FirstOrDefault(awaited => awaited!.Value.Word() == word);

    /// <exception cref="FormatException">Not a state.</exception>
    public static TaskState ParseState(string word) =>
        Enum.GetValues<TaskState>().Cast<TaskState?>().FirstOrDefault(state => state!.Value.Word() == word)
        ?? throw new FormatException($"'{word}' is not a task state.");

    /// <exception cref="FormatException">Not a kind.</exception>
    public static TaskKind ParseKind(string word) =>
        Enum.GetValues<TaskKind>().Cast<TaskKind?>().FirstOrDefault(kind => kind!.Value.Word() == word)
        ?? throw new FormatException($"'{word}' is not a kind of task.");

    /// <summary>Reads a priority in any letter case; false when it is none.</summary>
    public static bool TryParsePriority(string? word, out TaskPriority priority)
    {
        foreach (var known in Enum.GetValues<TaskPriority>())
        {
            if (string.Equals(known.Word(), word, StringComparison.OrdinalIgnoreCase))
            {
                priority = known;
                return true;
            }
        }

        priority = default;
        return false;
    }
}
