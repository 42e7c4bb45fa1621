using System.Text.Json.Nodes;
using ClaudeBot.Agents;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Tests.Images;
using SkiaSharp;

namespace ClaudeBot.Tests.Agents;

public sealed class ApiAgentTests : IAsyncLifetime
{
    private AgentFixture _at = null!;

    public async ValueTask InitializeAsync() => _at = await AgentFixture.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _at.DisposeAsync();

    [Fact]
    public async Task It_fixes_the_sample_with_its_own_tools()
    {
        var result = await _at.Api().RunAsync(_at.Request("Issue #1: Greeting a blank name"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        result.Turns.ShouldBe(5);
        _at.Read("src/greeter.js").ShouldContain("name.trim() || 'World'");
        _at.Transcript.ShouldNotContain("cbp-0123");
        _at.Events.ShouldContain(new AgentEvent("tool", "bash: npm test"));
    }

    [Fact]
    public async Task Images_of_the_prompt_are_sent_to_the_model()
    {
        await using var api = await RecordingApi.StartAsync(_at.Claude, TestContext.Current.CancellationToken);
        var file = Path.Combine(_at.WorkTree, "image-1.png");
        await File.WriteAllBytesAsync(file, Pictures.Plain(4, 4, SKColors.Red), TestContext.Current.CancellationToken);

        var result = await _at.Api().RunAsync(
            _at.Request("nothing to do") with { Images = [new AgentImage(file, "image/png")], Gateway = new GatewayPass(api.Address, AgentFixture.Token) },
            TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        var first = JsonNode.Parse(api.Told.Split('\n')[0])!["messages"]![0]!["content"]!;
        var source = first[0]!["source"]!;
        (first[0]!["type"]!.ToString(), source["type"]!.ToString(), source["media_type"]!.ToString()).ShouldBe(("image", "base64", "image/png"));
        Pictures.Middle(Convert.FromBase64String(source["data"]!.ToString())).ShouldBe(SKColors.Red);
        first[1]!["text"]!.ToString().ShouldBe("nothing to do");
    }

    [Fact]
    public async Task A_passing_fault_of_the_service_is_survived_and_a_lasting_one_is_told_apart()
    {
        _at.Claude.Faults.Add(new Fault { Kind = FaultKind.Overloaded });
        (await _at.Api().RunAsync(_at.Request("nothing to do"), TestContext.Current.CancellationToken)).Ending.ShouldBe(AgentEnding.Completed);

        _at.Claude.Faults.Add(new Fault { Kind = FaultKind.Overloaded, Times = null });
        (await _at.Api().RunAsync(_at.Request("nothing to do"), TestContext.Current.CancellationToken)).Ending.ShouldBe(AgentEnding.Overloaded);
    }

    [Fact]
    public async Task A_refused_request_fails_the_run()
    {
        var result = await _at.Api().RunAsync(_at.Request("make the agent fail"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Failed);
        result.Summary.ShouldContain("400");
    }

    [Fact]
    public async Task A_run_over_its_time_ends_with_its_commands()
    {
        var result = await _at.Api().RunAsync(
            _at.Request("run in the shell: setsid tail -f /dev/null & tail -f /dev/null") with { Timeout = TimeSpan.FromSeconds(2) },
            TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.TimedOut);
        _at.Alive().ShouldBeEmpty();
    }

    [Fact]
    public void A_path_out_of_the_work_tree_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_at.WorkTree, "link"), "/etc");

        foreach (var path in new[] { "../x", "/etc/passwd", "link/passwd", ".git/config", "src/../../x" })
            Should.Throw<ToolException>(() => WorkTreePath.Resolve(_at.WorkTree, path), path);
        WorkTreePath.Resolve(_at.WorkTree, "src/greeter.js").ShouldBe(Path.Combine(_at.WorkTree, "src/greeter.js"));
    }
}
