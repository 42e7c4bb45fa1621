using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>How a run ended, as its last step's intent keeps it.</summary>
/// <param name="Ending"><c>succeeded</c>, <c>failed</c>, <c>cancelled</c>, <c>needs_input</c> or <c>waiting</c>.</param>
/// <param name="IsQuiet">The end is no news, and is not shown.</param>
/// <param name="Place">The task in whose place the workspace lies; null: the run's own, or an earlier version wrote this.</param>
/// <param name="Notice">Who is told of it.</param>
public sealed record CloseRecord(string Ending, string Reason, PullRequestLink? Pull, bool IsQuiet = false, TaskId? Place = null, EndNotice Notice = EndNotice.Full)
{
    /// <summary>The end of a run that was cut off while it was shown; null for one after which the task goes on, and for a success, which is looked at again.</summary>
    public RunEnd.Over? CutOff => Ending switch
    {
        "failed" => new RunEnd.Over(TaskState.Failed, Reason, Pull) { Notice = Notice },
        "cancelled" => new RunEnd.Over(TaskState.Cancelled, Reason, Pull) { Notice = Notice },
        _ => null,
    };

    public static CloseRecord Of(Run run, RunEnd end) => new(State(end) switch
    {
        TaskState.Succeeded => "succeeded",
        TaskState.Failed => "failed",
        TaskState.Cancelled => "cancelled",
        TaskState.NeedsInput => "needs_input",
        _ => "waiting",
    }, end.Reason, (end as RunEnd.Over)?.Pull, run.IsQuiet, run.Place == run.Task.Id ? null : run.Place, (end as RunEnd.Over)?.Notice ?? EndNotice.Full);

    /// <summary>The state that the task is in after such an end.</summary>
    public static TaskState State(RunEnd end) => end switch
    {
        RunEnd.Over over => over.State,
        RunEnd.Asks => TaskState.NeedsInput,
        _ => TaskState.Waiting,
    };
}
