using ClaudeBot.Conversation;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.Requests;

namespace ClaudeBot.EndToEndTests;

/// <summary>What the bot costs GitHub, and whether it keeps still when it is told to.</summary>
public sealed class GitHubLimitsTests
{
    private const string Greeter = "octo/greeter";
    private const int WindowSeconds = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_issue_from_webhook_to_pull_request_costs_at_most_ten_calls_and_three_content_writes()
    {
        await using var bot = await StartedAsync();
        var before = bot.Town.Host.Requests.All.Count;

        var ended = bot.WhenPrintedAsync(line => line.Contains("task_duration=", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");
        await ended;

        // A run of more than ten seconds shows its progress too: at most one edit in that time, and none when content is scarce.
        // The sweep of lost deliveries, some seconds after the start, belongs to no issue.
        var all = bot.Town.Host.Requests.All.Skip(before).Where(e => !e.Path.EndsWith("/hooks", StringComparison.Ordinal)).ToList();
        var sent = all.Except(all.Where(e => e.Method == "PATCH").SkipLast(1)).ToList();
        bot.PullRequests(Greeter).Count.ShouldBe(1);
        sent.Count(e => e.Status != 304).ShouldBeLessThanOrEqualTo(10, string.Join('\n', all));
        sent.Count(e => e.Method != "GET" && !e.Path.Contains("/labels", StringComparison.Ordinal)).ShouldBe(3, string.Join('\n', all));
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_bot_killed_inside_a_secondary_limit_sends_nothing_before_its_end_and_then_does_the_work()
    {
        await using var bot = await StartedAsync();
        bot.Town.Host.Faults.Add(new Fault(FaultKind.SecondaryRateLimit, "POST", "/issues/1/comments$") { RetryAfterSeconds = WindowSeconds });

        var told = bot.WhenPrintedAsync(line => line.Contains("GitHub rate limit", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await told;
        await bot.KillBotAsync();
        await bot.StartBotAsync();
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");

        await KeptStillAsync(bot);
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_bot_killed_inside_a_primary_limit_sends_nothing_before_its_reset_and_then_does_the_work()
    {
        await using var bot = await StartedAsync(town => town.Host.RateLimits.Window = TimeSpan.FromSeconds(WindowSeconds));
        bot.Town.Host.RateLimits.Limit = 0;

        var told = bot.WhenPrintedAsync(line => line.Contains("GitHub rate limit", StringComparison.Ordinal));
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await told;
        await bot.KillBotAsync();
        bot.Town.Host.RateLimits.Limit = 5000;
        await bot.StartBotAsync();
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");

        await KeptStillAsync(bot);
    }

    /// <summary>A bot that listens for webhooks and has made the calls of its start: what follows is for an issue.</summary>
    private static async Task<BotOnTown> StartedAsync(Action<Town>? adjust = null)
    {
        var bot = await BotOnTown.MakeAsync("api");
        adjust?.Invoke(bot.Town);
        await bot.StartBotAsync();
        await bot.Town.Host.Requests.FirstAsync(e => e.Path == "/user", Token);
        await bot.Town.Host.Requests.FirstAsync(e => e.Path.EndsWith("/issues", StringComparison.Ordinal), Token);
        await bot.GitHub.WhenAsync(
            () => BotLabels.Definitions("claude-bot").All(made => bot.GitHub.Repository(Greeter).Labels.Exists(label => label.Name == made.Name)), Token);
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        return bot;
    }

    private static async Task KeptStillAsync(BotOnTown bot)
    {
        await bot.StopBotAsync();
        var sent = bot.Town.Host.Requests.All;
        sent.ShouldContain(e => e.Status == 403, "the limit was met");
        PenaltyWindows.Intruders(sent).ShouldBeEmpty();
        bot.PullRequests(Greeter).Count.ShouldBe(1);
        bot.GitHub.Repository(Greeter).Issues[1].Comments.Count().ShouldBe(1);
    }
}
