using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class TaskEventsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_hears_what_was_what_comes_and_the_end()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var listener = await ListenAsync(lab, task.Id);
        listener.Answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        (await listener.NextAsync()).Kind.ShouldBe("task.queued");

        await ledger.Queue.SetPriorityAsync(task.Id, TaskPriority.High, Cancellation);
        var heard = await listener.NextAsync();
        (heard.Kind, heard.Message).ShouldBe(("task.priority", "Priority medium → high."));

        await ledger.Queue.CancelAsync(task.Id, "two\nlines", "operator", Cancellation);
        (await listener.NextAsync()).Message.ShouldBe("two\nlines");
        (await listener.NextAsync()).ShouldBe(("end", "cancelled"));
        (await listener.IsOverAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task An_event_that_no_change_of_the_queue_announces_is_heard_within_a_second()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var listener = await ListenAsync(lab, task.Id);
        await listener.NextAsync();
        await lab.Time.HearWaitAsync(TimeSpan.FromSeconds(1));
        await ledger.Events.AppendAsync("task.note", "bot", task.Id, null, "by the way", Cancellation);

        lab.Time.Advance(TimeSpan.FromSeconds(1));

        (await listener.NextAsync()).ShouldBe(("task.note", "by the way"));
    }

    [Fact]
    public async Task Who_comes_back_misses_and_repeats_nothing_and_is_sent_away_when_all_is_told()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        string seen;
        using (var listener = await ListenAsync(lab, task.Id))
        {
            await listener.NextAsync();
            seen = listener.LastId;
        }

        await ledger.Queue.CancelAsync(task.Id, "over", "operator", Cancellation);
        using (var again = await ListenAsync(lab, task.Id, seen))
        {
            (await again.NextAsync()).Kind.ShouldBe("task.cancelled");
            (await again.NextAsync()).Kind.ShouldBe("end");
            seen = again.LastId;
        }

        using var told = await ListenAsync(lab, task.Id, seen);
        told.Answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task There_are_only_so_many_seats_and_one_that_is_left_is_free()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger, mostListeners: 1);
        using (var first = await ListenAsync(lab, task.Id))
        {
            await first.NextAsync();
            using var second = await ListenAsync(lab, task.Id);
            second.Answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            second.Answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        HttpStatusCode status;
        do
        {
            using var next = await ListenAsync(lab, task.Id);
            status = next.Answer.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);
        status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_host_that_stops_ends_the_stream_in_order()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var listener = await ListenAsync(lab, task.Id);
        await listener.NextAsync();

        var stopped = lab.StopAsync();

        (await listener.IsOverAsync()).ShouldBeTrue();
        await stopped;
    }

    [Fact]
    public async Task A_listener_is_sent_off_after_a_quarter_of_an_hour_to_come_again()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var listener = await ListenAsync(lab, task.Id);
        await listener.NextAsync();

        lab.Time.Advance(TimeSpan.FromMinutes(15));

        (await listener.IsOverAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task An_unknown_task_and_a_web_without_a_bot_are_404()
    {
        await using var ledger = SqliteLedgers.Create();
        await using var lab = await StatusWebLab.StartAsync(ledger);
        await using var alone = await StatusWebLab.StartAsync();

        (await lab.GetAsync("/api/tasks/nothing/events")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await alone.GetAsync("/api/tasks/nothing/events")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<Listener> ListenAsync(StatusWebLab lab, TaskId task, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(lab.Address, $"/api/tasks/{task}/events"));
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var answer = await lab.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        return new Listener(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancellation)));
    }

    private sealed class Listener(HttpResponseMessage answer, SseParser<string> parser) : IDisposable
    {
        private readonly IAsyncEnumerator<SseItem<string>> _items = parser.EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);

        public HttpResponseMessage Answer => answer;

        public string LastId => parser.LastEventId;

        /// <summary>The next event's kind and message; for the last one <c>end</c> and the state.</summary>
        public async Task<(string Kind, string Message)> NextAsync()
        {
            (await _items.MoveNextAsync()).ShouldBeTrue("the stream is over");
            var json = JsonNode.Parse(_items.Current.Data)!;
            return _items.Current.EventType == "end"
                ? ("end", json["state"]!.GetValue<string>())
                : (json["kind"]!.GetValue<string>(), json["message"]!.GetValue<string>());
        }

        public async Task<bool> IsOverAsync() => !await _items.MoveNextAsync();

        public void Dispose() => answer.Dispose();
    }
}
