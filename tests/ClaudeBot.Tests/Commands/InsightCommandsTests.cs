using ClaudeBot.Commands;
using ClaudeBot.Tests.GitHub;

namespace ClaudeBot.Tests.Commands;

public sealed class InsightCommandsTests : IDisposable
{
    private readonly CommandRoom _room = new();

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task Explain_says_that_a_repository_is_not_served_without_asking_for_the_issue()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";

        var explained = await _room.RunAsync("explain", "other/place#3", "--json");

        explained.Code.ShouldBe(ExitCode.Ok, explained.All);
        explained.Json.GetProperty("issue").GetString().ShouldBe("other/place#3");
        explained.Json.GetProperty("is_worked_on").GetBoolean().ShouldBeFalse();
        explained.Json.GetProperty("verdict").GetString()!.ShouldContain("other/place");
    }

    [Fact]
    public async Task Explain_tells_of_a_disk_without_room()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        _room.Environment["DISK_FLOOR_MB"] = "0";
        (await _room.RunAsync("explain", "other/place#3")).Out.ShouldNotContain("DISK_FLOOR_MB");

        _room.Environment["DISK_FLOOR_MB"] = "1000000";
        if (new DriveInfo(_room.Data).AvailableFreeSpace / (1024 * 1024) >= 1_000_000)
            Assert.Skip("This disk has more room than DISK_FLOOR_MB can ask for.");
        (await _room.RunAsync("explain", "other/place#3")).Out.ShouldContain("DISK_FLOOR_MB asks for 1000000");
    }

    [Fact]
    public async Task Explain_wants_an_issue()
    {
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        (await _room.RunAsync("explain", "acme/shop")).Code.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task A_refused_token_ends_with_77()
    {
        await using var gitHub = await ScriptedGitHub.StartAsync();
        gitHub.Answer = (_, http) => ScriptedGitHub.JsonAsync(http, 401, """{"message":"Bad credentials"}""");
        _room.Environment["GITHUB_API_URL"] = gitHub.Address.ToString();
        _room.Environment["GITHUB_TOKEN"] = "a-token-of-tests";
        var labels = await _room.RunAsync("labels", "setup");
        labels.Code.ShouldBe(ExitCode.Authentication);
        labels.Error.ShouldContain("auth");
    }

    [Fact]
    public async Task The_timeline_tells_what_happened_in_order()
    {
        var before = TimeProvider.System.GetUtcNow();
        var id = await _room.AddAsync("--issue", "5");
        await _room.RunAsync("queue", "cancel", id);

        var events = (await _room.RunAsync("timeline", "--since", before.ToString("O"), "--json")).Json.EnumerateArray().ToArray();

        events.Select(entry => entry.GetProperty("kind").GetString()).ShouldBe(["task.queued", "task.cancelled"]);
        events.ShouldAllBe(entry => entry.GetProperty("task_id").GetString() == id && entry.GetProperty("subject").GetString() == "acme/shop#5");
        (await _room.RunAsync("timeline", "--since", "1h", "--json")).Json.GetArrayLength().ShouldBe(2);
        (await _room.RunAsync("timeline", "--since", "yesterday-ish")).Code.ShouldBe(ExitCode.Usage);
        (await _room.RunAsync("timeline", "--since", "2100-01-01T00:00:00Z", "--json")).Json.GetArrayLength().ShouldBe(0);
    }
}
