namespace ClaudeBot.EndToEndTests;

/// <summary>An agent that fills the disk.</summary>
[Trait("Length", "Long")]
public sealed class FullWorkTreeTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_task_of_an_agent_that_fills_the_disk_fails_with_the_reason_and_the_room_is_there_again()
    {
        await using var bot = await BotOnTown.MakeAsync("claude-code", ("SANDBOX_DISK_MB", "128"));
        bot.Set("CLAUDE_CODE_PATH", FakeClaudeCode.Write(Path.Combine(bot.Folder, "fake"), "i=0; while :; do i=$((i + 1)); head -c 8M /dev/zero > fill-$i; head -c 8M /dev/zero > $HOME/fill-$i; sleep 0.02; done"));
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);

        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenFiledAsync("failed");

        bot.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem().Body.ShouldContain("128 MB are the most (SANDBOX_DISK_MB)");
        bot.GitHub.Repository(Greeter).Issues[1].LabelNames.ShouldContain("bot:failed");
        bot.PullRequests(Greeter).ShouldBeEmpty();
        Directory.EnumerateFiles(bot.DataDirectory, "fill-*", SearchOption.AllDirectories).ShouldBeEmpty();
        AgentProcesses.InFolder(bot.DataDirectory).ShouldBeEmpty();
        bot.DescriptionFaults().ShouldBeEmpty();
    }
}
