using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.StatusWeb.Transcripts;

namespace ClaudeBot.StatusWeb.Live;

/// <summary>
/// <c>/api/tasks/{id}/events</c>: a task's events as server-sent events (WHATWG HTML, "Server-sent events"), the old
/// ones first, new ones as they are appended, <c>transcript</c> when the agent's conversation has grown, and <c>end</c>
/// with the task. A listener that comes back with <c>Last-Event-ID</c> misses and repeats nothing.
/// </summary>
internal sealed class TaskEvents(
    Seats seats, TranscriptFiles transcripts, TimeProvider time, IHostApplicationLifetime host, ITaskQueue? queue = null, IEventLog? events = null, QueueNotices? notices = null)
{
    // Changes of the queue are heard at once; what other rooms append is seen this late.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder web) =>
        web.MapGet("/api/tasks/{id}/events", (string id, HttpContext http, TaskEvents stream) => stream.OpenAsync(id, http))
            .Describe("Tasks", "A task's events as they come", "Server-sent events with `at`, `kind`, `actor`, `message`, old ones first; `transcript` with `bytes` when the agent's conversation has grown; at the end `end` with `state`. Goes on after `Last-Event-ID`; 204 when all is told, 503 above 50 listeners; ends after 15 minutes, to be opened again.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").Produces(StatusCodes.Status204NoContent).Fails(StatusCodes.Status404NotFound, StatusCodes.Status503ServiceUnavailable);

    private async Task<IResult> OpenAsync(string id, HttpContext http)
    {
        if (queue is null || events is null || !TaskId.TryParse(id, out var taskId) || await queue.FindAsync(taskId, http.RequestAborted) is not { } task)
            return StatusApi.Error(StatusCodes.Status404NotFound, "Task not found");
        var hasSeen = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
        // 204 tells an EventSource not to come again.
        if (hasSeen && HasEnded(task) && (await events.OfTaskAfterAsync(taskId, seen, http.RequestAborted)).Count == 0)
            return Results.NoContent();
        return seats.Take(http) ?? TypedResults.ServerSentEvents(FollowAsync(taskId, seen, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(TaskId id, long seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changed = new QueueSignal();
        using var stay = new CancellationTokenSource(Seats.LongestStay, time);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stay.Token, host.ApplicationStopping, cancellationToken);
        var read = transcripts.Size(id);
        notices?.Changed += changed.Set;
        try
        {
            while (true)
            {
                // The state first: what is appended in between comes with the next look, or stood there already.
                var task = await queue!.FindAsync(id, cancellationToken);
                foreach (var entry in await events!.OfTaskAfterAsync(id, seen, cancellationToken))
                {
                    seen = entry.Sequence;
                    yield return Item(EventView.Of(entry), null, seen);
                }

                if (transcripts.Size(id) is var size && size != read)
                {
                    read = size;
                    yield return Item(new { Bytes = size }, "transcript", seen);
                }

                if (task is null || HasEnded(task))
                {
                    yield return Item(new { task?.State }, "end", seen);
                    yield break;
                }

                if (!await HearAsync(changed, leave.Token))
                    yield break;
            }
        }
        finally
        {
            notices?.Changed -= changed.Set;
        }
    }

    private async Task<bool> HearAsync(QueueSignal changed, CancellationToken leave)
    {
        try
        {
            await changed.WaitAsync(Look, time, leave);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static SseItem<string> Item(object value, string? type, long id) =>
        new(JsonSerializer.Serialize(value, StatusJson.Options), type) { EventId = id.ToString(CultureInfo.InvariantCulture) };

    private static bool HasEnded(QueuedTask task) => !task.IsActive;
}
