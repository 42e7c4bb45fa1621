using ClaudeBot.Hosting;

namespace ClaudeBot.Tests.Hosting;

public sealed class DataFolderLockTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-lock-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void One_bot_at_a_time_owns_a_folder()
    {
        DataFolderLock.IsTaken(_folder.FullName).ShouldBeFalse();
        using (DataFolderLock.Take(_folder.FullName, BotRole.Up))
        {
            DataFolderLock.IsTaken(_folder.FullName).ShouldBeTrue();
            Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, BotRole.Up)).Message.ShouldContain("Another bot");
        }

        DataFolderLock.IsTaken(_folder.FullName).ShouldBeFalse();
        DataFolderLock.Take(_folder.FullName, BotRole.Up).Dispose();
    }

    [Fact]
    public void The_refusal_names_the_bot_that_runs()
    {
        var bot = new RunningBot(4711, "claude-bot-1", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), "127.0.0.1", null, 8000, null);
        using var taken = DataFolderLock.Take(_folder.FullName, BotRole.Up);
        bot.Write(_folder.FullName);
        RunningBot.Read(_folder.FullName).ShouldBe(bot);
        Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, BotRole.Up)).Message.ShouldContain("claude-bot-1, process 4711");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_says_what_to_do()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        Should.Throw<UnavailableException>(() => DataFolderLock.Take(Path.Combine(file, "data"), BotRole.Up)).Message.ShouldContain("BOT_DATA_DIR");
    }

    [Fact]
    public void One_that_takes_in_and_any_number_of_workers_share_a_folder_and_nobody_else()
    {
        using var ingest = DataFolderLock.Take(_folder.FullName, BotRole.Ingest);
        using var worker = DataFolderLock.Take(_folder.FullName, BotRole.Worker);
        using var another = DataFolderLock.Take(_folder.FullName, BotRole.Worker);

        DataFolderLock.IsTaken(_folder.FullName).ShouldBeTrue();
        Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, BotRole.Ingest)).Message.ShouldContain("One takes in");
        foreach (var alone in new[] { BotRole.Up, BotRole.All, BotRole.Once })
            Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, alone)).Message.ShouldContain("Another bot");
    }

    [Fact]
    public void A_folder_that_one_bot_has_takes_no_worker_and_a_refused_ingest_leaves_nothing_locked()
    {
        using (DataFolderLock.Take(_folder.FullName, BotRole.Once))
            Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, BotRole.Worker)).Message.ShouldContain("Another bot");

        using (DataFolderLock.Take(_folder.FullName, BotRole.Ingest))
            Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName, BotRole.Ingest));
        DataFolderLock.Take(_folder.FullName, BotRole.Up).Dispose();
    }

    [Fact]
    public async Task Looking_whether_a_bot_runs_keeps_none_from_starting()
    {
        DataFolderLock.Take(_folder.FullName, BotRole.Up).Dispose();
        var looks = 0;
        var looker = Task.Run(
            () =>
            {
                for (; looks < 5_000; Interlocked.Increment(ref looks))
                    DataFolderLock.IsTaken(_folder.FullName);
            },
            TestContext.Current.CancellationToken);

        while (!looker.IsCompleted)
            DataFolderLock.Take(_folder.FullName, BotRole.Up).Dispose();

        await looker;
    }
}
