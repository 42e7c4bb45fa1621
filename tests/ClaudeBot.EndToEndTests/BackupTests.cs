using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

public sealed class BackupTests
{
    private const string Greeter = "octo/greeter";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_bot_restored_from_a_backup_made_amid_its_work_does_nothing_twice()
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("BACKUP_INTERVAL", "0"), ("MAX_CONCURRENT_PER_REPO", "2"));
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(bot.Ports.WebhookPort!.Value, Token);
        await bot.GitHub.LabelAsync(Greeter, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 1, "bot:completed");
        bot.Town.Claude!.Faults.Add(new Fault { Kind = FaultKind.Stall });
        await bot.GitHub.LabelAsync(Greeter, 2, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Greeter, 2, "bot:in-progress");

        var backup = Path.Combine(bot.DataDirectory, "..", "backup.db");
        var (code, output) = await bot.RunVerbAsync("data", "backup", "--to", backup);
        code.ShouldBe(0, output);
        SqliteBackup.Verify(backup).AllTasks.ShouldBe(2);

        // Work goes on after the backup: the second issue gets its pull request, which the backup knows nothing of.
        bot.Town.Claude.Faults.Clear();
        await bot.KillBotAsync();
        await bot.StartBotAsync();
        await bot.WhenLabelledAsync(Greeter, 2, "bot:completed");
        bot.PullRequests(Greeter).Count.ShouldBe(2);
        await bot.KillBotAsync();

        bot.MoveToNewDataFolder();
        (code, output) = await bot.RunVerbAsync("data", "restore", backup);
        code.ShouldBe(0, output);
        output.ShouldContain("1 tasks ran when the backup was made");
        await bot.StartBotAsync();
        await bot.WhenFiledAsync("processed");

        bot.PullRequests(Greeter).Count.ShouldBe(2, "no second pull request");
        bot.GitHub.Repository(Greeter).Issues[1].Comments.ShouldHaveSingleItem();
        bot.GitHub.Repository(Greeter).Issues[2].Comments.ShouldHaveSingleItem();
        bot.GitHub.Repository(Greeter).Issues[2].LabelNames.ShouldContain("bot:completed");
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_disk_leaves_no_half_backup_and_is_told_plainly()
    {
        await using var bot = await BotOnTown.MakeAsync("api");
        Directory.CreateDirectory(bot.DataDirectory);
        (await bot.RunVerbAsync("queue", "add", "--repo", Greeter, "--title", "t", "--description", new string('x', 60_000))).ExitCode.ShouldBe(0);
        var disk = Directory.CreateDirectory(Path.Combine(bot.DataDirectory, "..", "disk")).FullName;

        var (code, output) = await bot.RunOnSmallDiskAsync(disk, "data", "backup", "--to", disk);

        code.ShouldBe(1, output);
        output.ShouldContain("is full; make room there");
        output.ShouldContain("left: 0", customMessage: "nothing stays on the disk");
    }
}
