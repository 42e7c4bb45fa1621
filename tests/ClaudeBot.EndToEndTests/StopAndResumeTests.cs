using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

public sealed class StopAndResumeTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_stop_parks_the_running_task_puts_the_label_back_and_the_next_start_finishes_it_once()
    {
        await using var bot = await BotOnTown.MakeAsync("claude-code");
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        bot.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.Stall });
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.Town.Claude.Requests.WaitAsync(request => request.Path.EndsWith("/messages", StringComparison.Ordinal), Token);

        await bot.StopBotAsync();

        var labels = bot.GitHub.Repository(Greeter).Issues[1].LabelNames;
        labels.ShouldContain("bot:queued");
        labels.ShouldNotContain("bot:in-progress");
        Directory.GetFiles(Path.Combine(bot.DataDirectory, "queue"), "*.json").ShouldHaveSingleItem();
        AgentProcesses.Environments(bot.DataDirectory).ShouldBeEmpty("no agent outlives its bot");

        bot.Town.Claude.Faults.Clear();
        await bot.StartBotAsync();
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");

        bot.PullRequests(Greeter).ShouldHaveSingleItem();
        bot.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem();
        bot.DescriptionFaults().ShouldBeEmpty();
    }
}
