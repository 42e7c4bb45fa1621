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
        await using var bot = await BotOnTown.MakeAsync("api", ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("PR_QUIET_PERIOD", "1s"));
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        var ended = bot.WhenPrintedAsync(line => line.Contains("task_duration", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await ended;
        await bot.WhenFiledAsync("processed");
        var id = Ended(bot).Single();
        ended = bot.WhenPrintedAsync(line => line.Contains("task_duration", StringComparison.Ordinal));
        await bot.GitHub.CommentAsync(Greeter, bot.PullRequests(Greeter).Single().Number, bot.Town.Owner, "Please note one thing more.", Token);
        await ended;
        await bot.StopBotAsync(); // What is not sent yet is sent now.

        var followUp = Ended(bot).Single(other => other != id);
        receiver.Spans.Select(span => span.TraceId).Distinct().ShouldBe([RunTrace.TraceId(id), RunTrace.TraceId(followUp)]);
        Steps(receiver, id).ShouldBe(["announce", "prepare", "work", "push", "publish", "close"], ignoreOrder: true);
        Steps(receiver, followUp).ShouldBe(["look", "announce", "prepare", "work", "push", "answer", "close"], ignoreOrder: true);
        foreach (var work in receiver.Spans.Where(span => span.Name == "work"))
            receiver.Spans.Where(span => span.ParentId == work.SpanId).Select(span => span.Name).Distinct().ShouldBe(["agent", "checks"], ignoreOrder: true);
        // Nobody outside is told which task a call belongs to.
        bot.Town.Host.Requests.All.ShouldNotContain(exchange => exchange.Headers.Keys.Contains("traceparent", StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<TaskId> Ended(BotOnTown bot) =>
        Directory.EnumerateFiles(Path.Combine(bot.DataDirectory, "processed")).Select(file => TaskId.Parse(Path.GetFileNameWithoutExtension(file)));

    /// <summary>The steps of the one run of a task.</summary>
    private static IEnumerable<string> Steps(TraceReceiver receiver, TaskId task)
    {
        var spans = receiver.Spans.Where(span => span.TraceId == RunTrace.TraceId(task)).ToList();
        var run = spans.Single(span => span.Name == "run");
        return spans.Where(span => span.ParentId == run.SpanId).Select(span => span.Name);
    }
}
