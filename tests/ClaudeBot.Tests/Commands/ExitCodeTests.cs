using ClaudeBot.Commands;
using ClaudeBot.Hosting;

namespace ClaudeBot.Tests.Commands;

public sealed class ExitCodeTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task A_data_folder_that_is_not_there_is_a_dependency_away()
    {
        _room.Environment["BOT_DATA_DIR"] = _room.PathOf("nowhere");
        (await _room.RunAsync("queue", "list")).Code.ShouldBe(ExitCode.Unavailable);
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_read_is_a_dependency_away()
    {
        await File.WriteAllTextAsync(Path.Combine(_room.Data, "ledger.db"), new string('x', 5000), TestContext.Current.CancellationToken);
        var list = await _room.RunAsync("queue", "list");
        list.Code.ShouldBe(ExitCode.Unavailable);
        list.Error.ShouldContain("the file is damaged");
        list.Error.Trim().ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_bot_beside_another_on_the_same_folder_is_refused_with_69()
    {
        _room.Complete();
        using var other = DataFolderLock.Take(_room.Data, BotRole.All);
        var up = await _room.RunAsync("up");
        up.Code.ShouldBe(ExitCode.Unavailable);
        up.Error.ShouldContain("Another bot uses the data folder");
    }

    [Fact]
    public async Task An_agent_asked_for_by_name_and_missing_is_told_before_the_start()
    {
        _room.Complete();
        _room.Environment["AGENT"] = "claude-code";
        _room.Environment["CLAUDE_CODE_PATH"] = _room.PathOf("no-such-program");
        var run = await _room.RunAsync("run");
        run.Code.ShouldBe(ExitCode.Unavailable);
        run.Error.ShouldContain("AGENT=api");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_in_one_line_with_69()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        _room.Complete();
        _room.Environment["METRICS_PORT"] = $"{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}";
        var run = await _room.RunAsync("run");
        run.Code.ShouldBe(ExitCode.Unavailable, run.All);
        run.Error.ShouldContain("Another program listens there");
        run.Error.Trim().ShouldNotContain("\n");
    }

    [Fact]
    public async Task The_status_web_needs_its_port()
    {
        var web = await _room.RunAsync("web", "--set", "STATUS_PORT=off");
        web.Code.ShouldBe(ExitCode.Configuration);
        web.Error.ShouldContain("STATUS_PORT");
    }

    [Fact]
    public async Task The_status_web_says_when_its_folder_cannot_be_made()
    {
        await File.WriteAllTextAsync(_room.PathOf("file"), "", TestContext.Current.CancellationToken);
        _room.Environment["STATUS_DATA_DIR"] = Path.Combine(_room.PathOf("file"), "reports");
        var web = await _room.RunAsync("web", "--set", "STATUS_PORT=0");
        web.Code.ShouldBe(ExitCode.Unavailable);
        web.Error.ShouldContain("STATUS_DATA_DIR");
    }
}
