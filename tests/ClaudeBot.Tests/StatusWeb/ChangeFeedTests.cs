using System.Net;
using System.Net.ServerSentEvents;
using ClaudeBot.Tests.Ledger;

namespace ClaudeBot.Tests.StatusWeb;

public sealed class ChangeFeedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_hears_of_the_queue_of_reports_and_of_what_the_clock_alone_changes()
    {
        await using var ledger = SqliteLedgers.Create();
        await using var lab = await StatusWebLab.StartAsync(ledger);
        using var answer = await ListenAsync(lab);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        await using var events = SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancellation)).EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await HearAsync(events);

        await lab.Time.HearWaitAsync(TimeSpan.FromSeconds(1));
        await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await HearAsync(events);

        await lab.Time.HearWaitAsync(TimeSpan.FromSeconds(1));
        (await lab.ReportAsync("claude-bot", """{"status":"idle"}""")).Dispose();
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await HearAsync(events);

        await lab.Time.HearWaitAsync(TimeSpan.FromSeconds(1));
        lab.Time.Advance(TimeSpan.FromSeconds(1));
        await lab.Time.HearWaitAsync(TimeSpan.FromSeconds(30));
        lab.Time.Advance(TimeSpan.FromSeconds(30));
        await HearAsync(events);
    }

    [Fact]
    public async Task Pages_and_programs_share_the_seats_and_a_host_that_stops_ends_the_stream()
    {
        await using var ledger = SqliteLedgers.Create();
        var task = await StatusTasks.AddAsync(ledger, 1, "Fix the till");
        await using var lab = await StatusWebLab.StartAsync(ledger, mostListeners: 1);
        using var answer = await ListenAsync(lab);
        await using var events = SseParser.Create(await answer.Content.ReadAsStreamAsync(Cancellation)).EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        await HearAsync(events);
        using var second = await lab.GetAsync($"/api/tasks/{task.Id}/events");
        second.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        var stopped = lab.StopAsync();

        (await events.MoveNextAsync()).ShouldBeFalse();
        await stopped;
    }

    private static Task<HttpResponseMessage> ListenAsync(StatusWebLab lab) => lab.Client.GetAsync(new Uri(lab.Address, "/api/changes"), HttpCompletionOption.ResponseHeadersRead, Cancellation);

    private static async Task HearAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        (await events.MoveNextAsync()).ShouldBeTrue("the stream is over");
        events.Current.EventType.ShouldBe("change");
    }
}
