using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>
/// One trace for each task, over all its attempts and all processes that work on it: the trace's id is made of the task's.
/// Each run is a span in it, and each step of a run a span of that. Costs nothing while nobody listens.
/// </summary>
public static class RunTrace
{
    public const string SourceName = "ClaudeBot.Runs";

    private const int TraceIdLength = 16;
    private const int SpanIdLength = 8;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The id of a task's trace, in hexadecimal, to look it up by.</summary>
    public static string TraceId(TaskId task) => ParentOf(task).TraceId.ToHexString();

    /// <summary>A run begins; it ends when this is disposed.</summary>
    internal static Activity? Begin(TaskLease lease) => Source.StartActivity(
        "run",
        ActivityKind.Consumer,
        ParentOf(lease.Id),
        [new("task.id", lease.Id.Value), new("task.attempt", lease.Task.Attempts), new("task.type", lease.Task.Kind.Word()), new("repository", lease.Task.Repository.ToString())]);

    internal static void End(Activity? run, TaskVerdict verdict)
    {
        var word = verdict is TaskVerdict.End end ? end.Outcome.State.Word() : "requeued";
        run?.SetTag("task.outcome", word).SetStatus(word is "failed" or "dead" ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
    }

    internal static async Task<T> StepAsync<T>(string name, Func<Task<T>> work)
    {
        using var step = Source.StartActivity(name);
        try
        {
            return await work();
        }
        catch (Exception error)
        {
            // The kind alone: a message may quote what people wrote.
            step?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            throw;
        }
    }

    internal static Task StepAsync(string name, Func<Task> work) => StepAsync(name, async () =>
    {
        await work();
        return true;
    });

    private static ActivityContext ParentOf(TaskId task)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(task.Value)).AsSpan();
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(hash[..TraceIdLength]),
            ActivitySpanId.CreateFromBytes(hash.Slice(TraceIdLength, SpanIdLength)),
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }
}
