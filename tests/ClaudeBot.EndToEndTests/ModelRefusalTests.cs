using System.Text.Json;
using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

/// <summary>A key or an account that the model's service refuses is the operator's trouble: no issue is lost to it.</summary>
[Trait("Length", "Long")]
public sealed class ModelRefusalTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("api")]
    [InlineData("claude-code")]
    public async Task A_refused_key_fails_no_issue_asks_the_service_once_and_is_one_error_line(string agent)
    {
        await using var bot = await LabelledAsync(agent, FaultKind.KeyRefused);

        var (paused, states) = await QueueAsync(bot);

        paused.ShouldBeNull();
        states.ShouldBe(["waiting", "waiting"]);
        bot.Lines.Where(line => line.Contains("ERROR", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("auth");
        Refused(bot).ShouldBe(1);
    }

    [Fact]
    public async Task An_empty_account_pauses_the_queue_and_says_what_to_do()
    {
        await using var bot = await LabelledAsync("api", FaultKind.SpendLimit);

        var (paused, states) = await QueueAsync(bot);

        paused.ShouldNotBeNull().ShouldContain("resume the queue");
        states.ShouldBe(["waiting", "waiting"]);
        Refused(bot).ShouldBe(1);
    }

    [Fact]
    public async Task A_new_key_in_its_file_starts_the_tasks_that_waited_for_it_without_a_restart()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("claude-bot-key-").FullName, "key");
        await File.WriteAllTextAsync(file, "sk-revoked-key-of-the-tests", Token);
        await using var bot = await BotOnTown.MakeAsync("api", ("MAX_CONCURRENT_TASKS", "1"), ("ANTHROPIC_API_KEY_FILE", file));
        await LabelAsync(bot);

        await File.WriteAllTextAsync(file, bot.Town.BotSettings()["ANTHROPIC_API_KEY"], Token);

        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");
        await bot.WhenLabelledAsync(Greeter, 2, "bot:completed");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    /// <summary>Two issues ask for work, one after the other; the model refuses from the start, and the first has met it.</summary>
    private static async Task<BotOnTown> LabelledAsync(string agent, FaultKind fault)
    {
        var bot = await BotOnTown.MakeAsync(agent, ("MAX_CONCURRENT_TASKS", "1"));
        bot.Town.Claude!.Faults.Add(new Fault { Kind = fault, Times = null });
        await LabelAsync(bot);
        return bot;
    }

    private static async Task LabelAsync(BotOnTown bot)
    {
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        var requeued = bot.WhenPrintedAsync(line => line.Contains("requeued", StringComparison.Ordinal));
        var second = bot.WhenPrintedAsync(line => line.Contains("made for octo/greeter#2", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.GitHub.LabelAsync(Greeter, 2, bot.Town.Owner, "claude-bot", Token);
        await Task.WhenAll(requeued, second);

        // Twice labelled as waiting: by the run that was set aside, and by the announcer for the one that never began.
        await bot.WhenLabelledAsync(Greeter, 1, "bot:queued");
        await bot.WhenLabelledAsync(Greeter, 2, "bot:queued");
    }

    private static int Refused(BotOnTown bot) => bot.Town.Claude!.Requests.All.Count(request => request.Fault is not null);

    private static async Task<(string? Paused, IReadOnlyList<string?> States)> QueueAsync(BotOnTown bot)
    {
        var (_, output) = await bot.RunVerbAsync("queue", "list", "--json");
        var queue = JsonDocument.Parse(output).RootElement;
        return (
            queue.GetProperty("paused_reason").GetString(),
            [.. queue.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("state").GetString())]);
    }
}
