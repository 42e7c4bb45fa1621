using ClaudeBot.Runs;

namespace ClaudeBot.EndToEndTests.Monitoring;

[Trait("Length", "Long")]
public sealed class TraceTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_one_trace_with_a_span_for_each_step_and_the_trace_is_found_by_the_task()
    {
        await using var receiver = await TraceReceiver.StartAsync();
        await using var bot = await BotOnTown.MakeAsync("api", ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address));
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        var ended = bot.WhenPrintedAsync(line => line.Contains("task_duration", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await ended;
        await bot.WhenFiledAsync("processed");
        await bot.StopBotAsync(); // What is not sent yet is sent now.

        var id = TaskId.Parse(Path.GetFileNameWithoutExtension(Directory.EnumerateFiles(Path.Combine(bot.DataDirectory, "processed")).Single()));
        receiver.Spans.ShouldAllBe(span => span.TraceId == RunTrace.TraceId(id));
        var run = receiver.Spans.Single(span => span.Name == "run");
        receiver.Spans.Where(span => span.ParentId == run.SpanId).Select(span => span.Name).ShouldBe(["announce", "prepare", "work", "push", "publish", "close"], ignoreOrder: true);
        var work = receiver.Spans.Single(span => span.Name == "work");
        receiver.Spans.Where(span => span.ParentId == work.SpanId).Select(span => span.Name).Distinct().ShouldBe(["agent", "checks"], ignoreOrder: true);
        // Nobody outside is told which task a call belongs to.
        bot.Town.Host.Requests.All.ShouldNotContain(exchange => exchange.Headers.Keys.Contains("traceparent", StringComparer.OrdinalIgnoreCase));
    }
}
