using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>How a run ended, as its last step's intent keeps it.</summary>
/// <param name="Ending"><c>succeeded</c>, <c>failed</c>, <c>cancelled</c>, <c>needs_input</c> or <c>waiting</c>.</param>
public sealed record CloseRecord(string Ending, string Reason, PullRequestLink? Pull)
{
    public static CloseRecord Of(RunEnd end) => new(State(end) switch
    {
        TaskState.Succeeded => "succeeded",
        TaskState.Failed => "failed",
        TaskState.Cancelled => "cancelled",
        TaskState.NeedsInput => "needs_input",
        _ => "waiting",
    }, end.Reason, (end as RunEnd.Over)?.Pull);

    /// <summary>The state that the task is in after such an end.</summary>
    public static TaskState State(RunEnd end) => end switch
    {
        RunEnd.Over over => over.State,
        RunEnd.Asks => TaskState.NeedsInput,
        _ => TaskState.Waiting,
    };
}
