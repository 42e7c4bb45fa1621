using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ClaudeBot.Queue;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.StatusWeb.Live;

/// <summary>
/// <c>/api/changes</c>: server-sent events that say only that there is news, in a report, in the queue or of an order: whoever hears
/// one reads again what he shows.
/// </summary>
internal sealed class ChangeFeed(BotReports reports, OrderBook orders, Seats seats, TimeProvider time, IHostApplicationLifetime host, QueueNotices? notices = null)
{
    // However much happens, a listener hears of it no more often.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // What changes by the clock alone, such as a bot that falls silent, is heard so late.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder web) =>
        web.MapGet("/api/changes", (HttpContext http, ChangeFeed feed) => feed.Open(http))
            .Describe("Pages", "Tells that there is news", "Server-sent events `change`, without content, at most one a second: read again what you show. 503 above 50 listeners; ends after 15 minutes, to be opened again.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream").Fails(StatusCodes.Status503ServiceUnavailable);

    private IResult Open(HttpContext http) =>
        seats.Take(http) ?? TypedResults.ServerSentEvents(FollowAsync(http.RequestAborted));

    private async IAsyncEnumerable<SseItem<string>> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var changed = new QueueSignal();
        using var stay = new CancellationTokenSource(Seats.LongestStay, time);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stay.Token, host.ApplicationStopping, cancellationToken);
        reports.Changed += changed.Set;
        orders.Changed += changed.Set;
        notices?.Changed += changed.Set;
        try
        {
            // At once: what happened between the page and this stream is news.
            while (true)
            {
                yield return new SseItem<string>("", "change");
                if (!await HearAsync(changed, leave.Token))
                    yield break;
            }
        }
        finally
        {
            reports.Changed -= changed.Set;
            orders.Changed -= changed.Set;
            notices?.Changed -= changed.Set;
        }
    }

    private async Task<bool> HearAsync(QueueSignal changed, CancellationToken leave)
    {
        try
        {
            await Task.Delay(Pause, time, leave);
            await changed.WaitAsync(Longest, time, leave);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
