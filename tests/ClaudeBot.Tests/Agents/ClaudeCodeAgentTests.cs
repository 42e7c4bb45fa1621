using ClaudeBot.Agents;
using ClaudeBot.Playground.Claude;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Agents;

[Trait("Length", "Long")]
public sealed class ClaudeCodeAgentTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private AgentFixture _at = null!;

    public async ValueTask InitializeAsync() => _at = await AgentFixture.StartAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _at.DisposeAsync();

    [Fact]
    public async Task With_hosts_allowed_it_speaks_to_the_gateway_past_the_proxy()
    {
        _at.EgressAllow = ["registry.example"];

        var result = await _at.ClaudeCode().RunAsync(_at.Request("Issue #1: Greeting a blank name prints \"Hello, !\""), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        _at.Events.ShouldNotContain(seen => seen.Kind == "blocked" && seen.Text.StartsWith("127.0.0.1"));
    }

    [Fact]
    public async Task It_fixes_the_sample_with_real_tools_and_tells_what_it_did()
    {
        var result = await _at.ClaudeCode().RunAsync(
            _at.Request("Issue #1: Greeting a blank name prints \"Hello, !\"") with { SystemPrompt = "Be brief." }, TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        result.Summary.ShouldContain("trims the name");
        result.CostUsd.ShouldBeGreaterThan(0);
        result.Turns.ShouldBeGreaterThan(3);
        _at.Read("src/greeter.js").ShouldContain("name.trim() || 'World'");
        _at.Read("test/greeter.test.js").ShouldNotContain("todo");
        _at.Events[0].Kind.ShouldBe("started");
        _at.Events.ShouldContain(new AgentEvent("tool", "Bash: npm test"));
        _at.Events.ShouldContain(new AgentEvent("tool", "Edit: src/greeter.js"));
        _at.Events[^1].Kind.ShouldBe("result");
    }

    [Fact]
    public async Task The_prompt_the_token_and_the_issue_never_stand_in_an_argument_and_no_secret_in_the_transcript()
    {
        const string secret = "ghp_\"quoted\"/secret+value";
        _at.Mask.Register(secret);

        var result = await _at.ClaudeCode().RunAsync(
            _at.Request($"run in the shell: tr '\\0' ' ' < /proc/$PPID/cmdline; echo $ANTHROPIC_API_KEY; echo '{secret}'"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        result.Summary.ShouldContain("--output-format=stream-json");
        result.Summary.ShouldNotContain("run in the shell");
        result.Summary.ShouldNotContain(secret);
        _at.Transcript.ShouldContain("***");
        _at.Transcript.ShouldNotContain("cbp-0123");
        _at.Transcript.ShouldNotContain("secret+value");
        _at.Events.ShouldAllBe(entry => !entry.Text.Contains("cbp-0123") && !entry.Text.Contains("secret+value"));
    }

    [Fact]
    public async Task A_session_is_told_at_the_first_event_and_one_that_is_not_there_is_called_gone()
    {
        string? told = null;
        var request = _at.Request("Issue #7: Say how to contribute") with { OnSession = id => told ??= id };

        var first = await _at.ClaudeCode().RunAsync(request, TestContext.Current.CancellationToken);
        var gone = await _at.ClaudeCode().RunAsync(request with { ResumeSession = Guid.NewGuid().ToString() }, TestContext.Current.CancellationToken);

        told.ShouldBe(first.SessionId);
        first.SessionIsGone.ShouldBeFalse();
        (gone.Ending, gone.SessionIsGone).ShouldBe((AgentEnding.Failed, true), gone.Summary);
    }

    [Theory]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.MidStreamError)]
    [InlineData(FaultKind.Reset)]
    public async Task A_fault_that_passes_is_survived(FaultKind kind)
    {
        _at.Claude.Faults.Add(new Fault { Kind = kind });

        var result = await _at.ClaudeCode().RunAsync(_at.Request("Issue #7: Say how to contribute"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        _at.Claude.Requests.All.ShouldContain(request => request.Fault == kind);
        _at.Read("docs/issue-notes/issue-7.md").ShouldContain("Say how to contribute");
    }

    [Fact]
    public async Task An_error_that_no_retry_cures_fails_the_run()
    {
        var result = await _at.ClaudeCode().RunAsync(_at.Request("Issue #2: make the agent fail"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Failed);
        result.Summary.ShouldContain("400");
    }

    [Fact]
    public async Task A_silent_agent_is_ended_as_stalled()
    {
        var run = _at.ClaudeCode(time: _time).RunAsync(_at.Request("Issue #3: this takes long"), TestContext.Current.CancellationToken);
        await _at.SeenAsync(run, request => request.Fault == FaultKind.Stall, TestContext.Current.CancellationToken);

        var result = await PassTimeUntilEnded(run, TimeSpan.FromMinutes(1));

        result.Ending.ShouldBe(AgentEnding.Stalled);
        _at.Alive().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_run_over_its_time_is_ended_with_everything_it_started()
    {
        const string command = "setsid tail -f /dev/null & curl -s $ANTHROPIC_BASE_URL/v1/models; tail -f /dev/null";
        var run = _at.ClaudeCode(time: _time).RunAsync(
            _at.Request($"run in the shell: {command}") with { StallTimeout = TimeSpan.FromHours(9) }, TestContext.Current.CancellationToken);
        await _at.SeenAsync(run, request => request.Path == "/v1/models", TestContext.Current.CancellationToken);

        var result = await PassTimeUntilEnded(run, TimeSpan.FromMinutes(2));

        result.Ending.ShouldBe(AgentEnding.TimedOut);
        _at.Alive().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_daemon_that_outlives_a_finished_run_is_ended()
    {
        var result = await _at.ClaudeCode().RunAsync(
            _at.Request("run in the shell: setsid tail -f /dev/null > /dev/null 2>&1 & echo left"), TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        _at.Alive().ShouldBeEmpty();
    }

    [Fact]
    public async Task Cancelling_ends_the_agent()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = _at.ClaudeCode().RunAsync(_at.Request("Issue #3: this takes long"), cancel.Token);
        await _at.SeenAsync(run, request => request.Fault == FaultKind.Stall, TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(run);
        _at.Alive().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_spent_budget_ends_the_run_as_over_budget()
    {
        var result = await _at.ClaudeCode().RunAsync(
            _at.Request("Issue #1: Greeting a blank name") with { BudgetUsd = 0.01m }, TestContext.Current.CancellationToken);

        result.Ending.ShouldBe(AgentEnding.OverBudget, result.Summary);
        result.CostUsd.ShouldBeGreaterThan(0.01m);
    }

    [Fact]
    public async Task A_resumed_run_keeps_its_session_and_knows_the_conversation()
    {
        var agent = _at.ClaudeCode();
        var first = await agent.RunAsync(_at.Request("Issue #7: Say how to contribute"), TestContext.Current.CancellationToken);

        var second = await agent.RunAsync(
            _at.Request("A reviewer commented: shorter, please") with { ResumeSession = first.SessionId }, TestContext.Current.CancellationToken);

        second.Ending.ShouldBe(AgentEnding.Completed, second.Summary);
        second.SessionId.ShouldBe(first.SessionId);
        _at.Read("docs/issue-notes/issue-7.md").ShouldContain("shorter, please");
    }

    [Fact]
    public async Task A_missing_program_is_named_with_the_remedy()
    {
        var fault = await Should.ThrowAsync<AgentUnavailableException>(
            _at.ClaudeCode("/nowhere/claude").RunAsync(_at.Request("hello"), TestContext.Current.CancellationToken));

        fault.Message.ShouldContain("/nowhere/claude");
        fault.Message.ShouldContain("npm ci");
    }

    [Fact]
    public async Task The_installed_version_is_the_one_the_flags_were_measured_with()
    {
        var options = new AgentOptions { ClaudeCodePath = Environment.GetEnvironmentVariable("CLAUDE_CODE_PATH") };

        (await new ClaudeCodeProgram(options, _at.Processes).VersionAsync(TestContext.Current.CancellationToken)).ShouldBe(ClaudeCodeProgram.PinnedVersion);
    }

    /// <summary>Again and again, since a line that is still being read begins the silence anew.</summary>
    private async Task<AgentResult> PassTimeUntilEnded(Task<AgentResult> run, TimeSpan step)
    {
        while (!run.IsCompleted)
        {
            _time.Advance(step);
            await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken));
        }
        return await run;
    }
}
