using ClaudeBot.Queue;

namespace ClaudeBot.Ledger;

/// <summary>What a ledger file holds, read from the file itself.</summary>
/// <param name="Schema">The version of its tables.</param>
/// <param name="Undecided">Of the deliveries.</param>
public sealed record LedgerContent(int Schema, IReadOnlyDictionary<TaskState, long> Tasks, long Deliveries, long Undecided, long Events)
{
    public long AllTasks => Tasks.Values.Sum();
}
