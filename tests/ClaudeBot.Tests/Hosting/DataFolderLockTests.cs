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
        using (DataFolderLock.Take(_folder.FullName))
        {
            DataFolderLock.IsTaken(_folder.FullName).ShouldBeTrue();
            Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName)).Message.ShouldContain("Another bot");
        }

        DataFolderLock.IsTaken(_folder.FullName).ShouldBeFalse();
        DataFolderLock.Take(_folder.FullName).Dispose();
    }

    [Fact]
    public void The_refusal_names_the_bot_that_runs()
    {
        var bot = new RunningBot(4711, "claude-bot-1", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), "127.0.0.1", null, 8000, null);
        bot.Write(_folder.FullName);
        RunningBot.Read(_folder.FullName).ShouldBe(bot);
        using var taken = DataFolderLock.Take(_folder.FullName);
        Should.Throw<UnavailableException>(() => DataFolderLock.Take(_folder.FullName)).Message.ShouldContain("claude-bot-1, process 4711");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_says_what_to_do()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");
        Should.Throw<UnavailableException>(() => DataFolderLock.Take(Path.Combine(file, "data"))).Message.ShouldContain("BOT_DATA_DIR");
    }
}
