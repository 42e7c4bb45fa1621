using System.Text.Json;
using ClaudeBot.Commands;
using ClaudeBot.Playground.Demo;

namespace ClaudeBot.Tests.Commands;

public sealed class OnceTests : IDisposable
{
    private readonly CommandRoom _room = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _room.Dispose();

    [Fact]
    public async Task One_pass_finds_the_labelled_issue_works_on_it_and_ends()
    {
        await using var town = await Town.StartAsync(new() { DataFolder = _room.PathOf("github") }, null, Token);
        foreach (var (name, value) in town.BotSettings())
            _room.Environment[name] = value;
        _room.Environment["AGENT"] = "api";
        await town.Host.GitHub.LabelAsync(town.Sample.Name, 1, town.Owner, "claude-bot", Token);

        var once = await _room.RunAsync("once");

        once.Code.ShouldBe(ExitCode.Ok, once.All);
        var task = (await _room.RunAsync("queue", "list", "--json")).Json.GetProperty("tasks").EnumerateArray().ShouldHaveSingleItem();
        task.GetProperty("state").GetString().ShouldBe("succeeded", task.ToString());
        var pull = town.Host.GitHub.Repository(town.Sample.Name).PullRequests.ShouldHaveSingleItem();
        pull.HtmlUrl.ShouldBe(task.GetProperty("pull_request_url").GetString());
        var filed = Directory.GetFiles(Path.Combine(_room.Data, "processed")).ShouldHaveSingleItem();
        JsonElement.Parse(await File.ReadAllTextAsync(filed, Token)).GetProperty("id").GetString().ShouldBe(task.GetProperty("id").GetString());

        // A second pass has nothing to do.
        (await _room.RunAsync("once")).Code.ShouldBe(ExitCode.Ok);
        town.Host.GitHub.Repository(town.Sample.Name).PullRequests.ShouldHaveSingleItem();
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_pass_in_which_a_task_failed_ends_with_1_and_the_next_one_that_has_nothing_to_do_with_0()
    {
        await using var town = await Town.StartAsync(new() { DataFolder = _room.PathOf("github") }, null, Token);
        foreach (var (name, value) in town.BotSettings())
            _room.Environment[name] = value;
        _room.Environment["AGENT"] = "api";
        await _room.AddAsync("--repo", "nobody/nowhere");
        // There is no such repository.
        (await _room.RunAsync("once")).Code.ShouldBe(ExitCode.Failed);
        (await _room.RunAsync("queue", "list", "--json")).Json.GetProperty("tasks").EnumerateArray().ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("failed");

        (await _room.RunAsync("once")).Code.ShouldBe(ExitCode.Ok);
    }

    [Fact]
    public async Task A_pass_that_cannot_reach_GitHub_ends_with_69()
    {
        _room.Complete();
        (await _room.RunAsync("once")).Code.ShouldBe(ExitCode.Unavailable);
    }
}
