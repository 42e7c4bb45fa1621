using ClaudeBot.Commands;
using ClaudeBot.Hosting;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Tests.Commands;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Hosting.Logging;

public sealed class LogFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-logs-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_full_file_is_put_aside_and_five_of_those_are_kept()
    {
        using var file = new LogFile(_folder.FullName, "bot", largest: 10);
        for (var number = 0; number < 20; number++)
            file.Write($"line {number:00}\n");

        Names().ShouldBe(["bot.log", "bot.log.1", "bot.log.2", "bot.log.3", "bot.log.4", "bot.log.5"]);
        Read("bot.log").ShouldBe("line 19\n");
        Read("bot.log.1").ShouldBe("line 18\n");
        Read("bot.log.5").ShouldBe("line 14\n");
        file.Fault.ShouldBeNull();
    }

    [Fact]
    public void A_line_is_in_the_file_when_the_call_returns_and_an_earlier_file_is_gone_on_with()
    {
        using (var file = new LogFile(_folder.FullName, "bot", largest: 1000))
            file.Write("one\n");
        using var next = new LogFile(_folder.FullName, "bot", largest: 1000);
        next.Write("two\n");
        Read("bot.log").ShouldBe("one\ntwo\n");
    }

    [Fact]
    public void When_somebody_else_renames_the_file_the_next_line_begins_a_new_one()
    {
        using var file = new LogFile(_folder.FullName, "bot", largest: 1000);
        file.Write("one\n");
        File.Move(PathOf("bot.log"), PathOf("bot.log-20260301"));
        file.Write("two\n");
        Read("bot.log-20260301").ShouldBe("one\n");
        Read("bot.log").ShouldBe("two\n");
    }

    [Fact]
    public void When_somebody_else_renames_the_file_and_makes_an_empty_one_the_next_line_goes_there()
    {
        using var file = new LogFile(_folder.FullName, "bot", largest: 1000);
        file.Write("one\n");
        File.Move(PathOf("bot.log"), PathOf("bot.log-20260301"));
        File.WriteAllText(PathOf("bot.log"), "");
        file.Write("two\n");
        Read("bot.log-20260301").ShouldBe("one\n");
        Read("bot.log").ShouldBe("two\n");
    }

    [Fact]
    public void Two_processes_on_one_folder_write_two_files()
    {
        using var one = new LogFile(_folder.FullName, "bot", largest: 1000);
        using var other = new LogFile(_folder.FullName, "bot", largest: 1000);
        one.Write("one\n");
        other.Write("other\n");
        one.Write("one\n");
        Read("bot.log").ShouldBe("one\none\n");
        Read("bot-2.log").ShouldBe("other\n");
    }

    [Fact]
    public void A_folder_that_goes_away_loses_lines_of_the_file_and_nothing_else()
    {
        using var file = new LogFile(PathOf("sub"), "bot", largest: 1000);
        file.Write("lost\n");
        file.Fault.ShouldNotBeNull();
        Directory.CreateDirectory(PathOf("sub"));
        file.Write("there\n");
        file.Fault.ShouldBeNull();
        Read("sub/bot.log").ShouldBe("there\n");
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task The_file_has_the_lines_of_the_log_with_secrets_masked_and_the_task_of_each(string structured)
    {
        using var room = new HostRoom();
        room.Environment["BOT_LOG_DIR"] = PathOf("made");
        room.Environment["LOG_LEVEL"] = "INFO";
        room.Environment["ENABLE_STRUCTURED_LOGGING"] = structured;
        await using (var host = room.Build(BotRole.Once))
        {
            var logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ClaudeBot.Queue.QueueWorker");
            using (logger.BeginScope(new Dictionary<string, object> { ["task_id"] = "acme--shop--issue-1-abc234" }))
                logger.Log(LogLevel.Error, default, "the key is model-key-of-tests", null, (state, _) => state);
            logger.Log(LogLevel.Debug, default, "too little to be told", null, (state, _) => state);
        }

        var line = Read("made/claude-bot.log").TrimEnd('\n');
        line.ShouldContain("ERROR");
        line.ShouldContain("acme--shop--issue-1-abc234");
        line.ShouldContain("the key is ***");
        line.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Logs_rotate_puts_the_files_aside_and_a_running_bot_goes_on_in_new_ones()
    {
        using var room = new CommandRoom();
        room.Environment["BOT_LOG_DIR"] = _folder.FullName;
        (await room.RunAsync("logs", "rotate")).Out.ShouldContain("There is no log file in");
        using var file = new LogFile(_folder.FullName, "claude-bot", largest: 1000);
        file.Write("before\n");

        var rotated = await room.RunAsync("logs", "rotate", "--json");
        file.Write("after\n");

        rotated.Code.ShouldBe(ExitCode.Ok);
        rotated.Json.GetProperty("put_aside")[0].GetString().ShouldBe("claude-bot.log");
        Read("claude-bot.log.1").ShouldBe("before\n");
        Read("claude-bot.log").ShouldBe("after\n");
        Names().ShouldBe(["claude-bot.log", "claude-bot.log.1"]);
    }

    private string[] Names() => [.. _folder.GetFiles().Select(file => file.Name).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    private string Read(string name) => File.ReadAllText(PathOf(name));

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
