using ClaudeBot.Agents;

namespace ClaudeBot.Tests.Agents;

public sealed class ScriptedAgentTests : IAsyncLifetime
{
    private AgentFixture _at = null!;

    public async ValueTask InitializeAsync() => _at = await AgentFixture.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _at.DisposeAsync();

    [Fact]
    public async Task It_plays_its_steps_in_order()
    {
        var agent = _at.Scripted(
            new ScriptedStep.Write("a/b.txt", "one"),
            new ScriptedStep.Run("echo two >> a/b.txt"),
            new ScriptedStep.Spend(0.25m),
            new ScriptedStep.End(AgentEnding.Failed, "gave up"),
            new ScriptedStep.Write("never.txt", ""));

        var result = await agent.RunAsync(_at.Request(""), TestContext.Current.CancellationToken);

        (result.Ending, result.Summary, result.CostUsd).ShouldBe((AgentEnding.Failed, "gave up", 0.25m));
        _at.Read("a/b.txt").ShouldBe("onetwo\n");
        File.Exists(Path.Combine(_at.WorkTree, "never.txt")).ShouldBeFalse();
    }

    [Fact]
    public async Task Its_waiting_is_under_the_limits_of_the_run()
    {
        var agent = _at.Scripted(new ScriptedStep.WaitFor(cancellationToken => new TaskCompletionSource().Task.WaitAsync(cancellationToken)));

        var result = await agent.RunAsync(_at.Request("") with { StallTimeout = TimeSpan.FromMilliseconds(50) }, TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Stalled);
    }

    [Fact]
    public async Task What_its_commands_may_not_reach_is_told()
    {
        _at.EgressAllow = ["registry.example"];
        var agent = _at.Scripted(new ScriptedStep.Run("exec 3<>/dev/tcp/127.0.0.1/${https_proxy##*:}; printf 'CONNECT evil.example:443 HTTP/1.1\\r\\n\\r\\n' >&3; cat <&3 > /dev/null"));

        await agent.RunAsync(_at.Request(""), TestContext.Current.CancellationToken);

        _at.Events.ShouldContain(new AgentEvent("blocked", "evil.example:443"));
    }
}
