namespace ClaudeBot.EndToEndTests;

public sealed class IntakeTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Polling_alone_finds_the_issue_and_then_every_repeated_read_is_answered_304()
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("ISSUE_CHECK_INTERVAL", "1s"));
        await bot.StartBotAsync();
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");

        bot.PullRequests(Greeter).Count.ShouldBe(1);
        var quiet = await bot.Town.Host.Requests.NextAsync(e => e.Method == "GET" && e.Status == 304 && e.Path.EndsWith("/issues", StringComparison.Ordinal), Token);
        var last = quiet;
        for (var polls = 0; polls < 3; polls++)
            last = await bot.Town.Host.Requests.FirstAsync(e => e.Number > last.Number && e.Method == "GET", Token);
        // The sweep's one look for webhooks, some seconds after the start, is no poll.
        bot.Town.Host.Requests.All.Where(e => e.Number > quiet.Number && !e.Path.EndsWith("/hooks", StringComparison.Ordinal)).ShouldAllBe(e => e.Status == 304);
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    public async Task Webhooks_alone_start_the_work()
    {
        await using var bot = await BotOnTown.MakeAsync("api");
        await bot.StartBotAsync();
        await bot.Town.Host.Requests.FirstAsync(e => e.Path.EndsWith("/issues", StringComparison.Ordinal), Token);
        await bot.GitHub.WhenAsync(() => bot.GitHub.Repository(Greeter).Labels.Exists(label => label is { Name: "claude-bot", Color: "00d4aa" }), Token);
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);

        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");

        bot.PullRequests(Greeter).Count.ShouldBe(1);
        bot.Town.Host.Requests.All.Count(e => e.Query.StartsWith("labels=claude-bot&", StringComparison.Ordinal)).ShouldBe(1, "no poll may help");
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_label_of_someone_without_write_permission_starts_nothing_and_explain_says_why()
    {
        await using var bot = await BotOnTown.MakeAsync("api");
        bot.GitHub.AddUser("mallory");
        bot.GitHub.SetPermission(Greeter, "mallory", Playground.GitHub.State.Permission.Triage);
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);

        await bot.GitHub.LabelAsync(Greeter, 1, "mallory", "claude-bot", Token);
        await bot.Town.Host.Requests.FirstAsync(e => e.Path.EndsWith("/collaborators/mallory/permission", StringComparison.Ordinal), Token);

        var (_, explanation) = await bot.RunVerbAsync("explain", $"{Greeter}#1");
        explanation.ShouldContain("mallory");
        explanation.ShouldContain("write permission is needed");
        (await bot.RunVerbAsync("queue", "list", "--json")).Output.ShouldNotContain("octo--greeter");
        bot.PullRequests(Greeter).ShouldBeEmpty();
    }
}
