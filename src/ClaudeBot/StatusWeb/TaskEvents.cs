using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;

namespace ClaudeBot.StatusWeb;

/// <summary>
/// <c>/api/tasks/{id}/events</c>: a task's events as server-sent events (WHATWG HTML, "Server-sent events"), the old
/// ones first, new ones as they are appended, and <c>end</c> with the task. A listener that comes back with
/// <c>Last-Event-ID</c> misses and repeats nothing.
/// </summary>
internal sealed class TaskEvents(
    StatusWebOptions options, TimeProvider time, IHostApplicationLifetime host, ITaskQueue? queue = null, IEventLog? events = null, QueueNotices? notices = null)
    : IDisposable
{
    // Changes of the queue are heard at once; what other rooms append is seen this late.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // After that the listener comes back by itself; one whose machine died does not, and its seat is free.
    private static readonly TimeSpan LongestStay = TimeSpan.FromMinutes(15);

    private readonly SemaphoreSlim _seats = new(options.MostListeners);

    public static void Map(IEndpointRouteBuilder web) =>
        web.MapGet("/api/tasks/{id}/events", (string id, HttpContext http, TaskEvents stream) => stream.OpenAsync(id, http));

    public void Dispose() => _seats.Dispose();

    private async Task<IResult> OpenAsync(string id, HttpContext http)
    {
        if (queue is null || events is null || !TaskId.TryParse(id, out var taskId) || await queue.FindAsync(taskId, http.RequestAborted) is not { } task)
            return StatusApi.Error(StatusCodes.Status404NotFound, "Task not found");
        var hasSeen = long.TryParse(http.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen);
        // 204 tells an EventSource not to come again.
        if (hasSeen && HasEnded(task) && !(await events.OfTaskAsync(taskId, http.RequestAborted)).Any(entry => entry.Sequence > seen))
            return Results.NoContent();
        if (!_seats.Wait(0, CancellationToken.None))
        {
            http.Response.Headers.RetryAfter = "30";
            return StatusApi.Error(StatusCodes.Status503ServiceUnavailable, "Too many listeners; come again in half a minute, or read /api/tasks/{id}");
        }

        http.Response.OnCompleted(() =>
        {
            _seats.Release();
            return Task.CompletedTask;
        });
        return TypedResults.ServerSentEvents(FollowAsync(taskId, seen, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync(TaskId id, long seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changed = new QueueSignal();
        using var stay = new CancellationTokenSource(LongestStay, time);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stay.Token, host.ApplicationStopping, cancellationToken);
        notices?.Changed += changed.Set;
        try
        {
            while (true)
            {
                // The state first: what is appended in between comes with the next look, or stood there already.
                var task = await queue!.FindAsync(id, cancellationToken);
                foreach (var entry in (await events!.OfTaskAsync(id, cancellationToken)).Where(entry => entry.Sequence > seen))
                {
                    seen = entry.Sequence;
                    yield return Item(EventView.Of(entry), null, seen);
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
