using ClaudeBot.Agents;
using ClaudeBot.Gateway;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Processes;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Agents;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gateway;

/// <summary>Both real agents behind the real gateway before the scripted Claude: how a run ends when the service refuses.</summary>
[Trait("Length", "Long")]
public sealed class AgentsBehindGatewayTests : IAsyncLifetime
{
    private static readonly LoggerFactory Silent = new();
    private AgentFixture _at = null!;
    private GatewayHost _gateway = null!;
    private ModelCircuit _circuit = null!;
    private MemoryJournal _journal = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _at = await AgentFixture.StartAsync(Token);
        var key = _at.Request("").Gateway.Token;
        var options = new GatewayOptions { BaseUrl = _at.Claude.Address, ApiKey = new SecretSource("ANTHROPIC_API_KEY", () => key, _at.Mask) };
        _circuit = new ModelCircuit(options, TimeProvider.System, NullLogger<ModelCircuit>.Instance);
        _journal = new MemoryJournal();
        var caps = new DailyCaps(_journal, new AgentOptions(), TimeProvider.System, NullLogger<DailyCaps>.Instance);
        _gateway = new GatewayHost(options, _at.Passes, _circuit, _journal, caps, TimeProvider.System, Silent);
        await _gateway.StartAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _at.DisposeAsync();
    }

    [Theory]
    [InlineData("claude-code", FaultKind.KeyRefused, AgentEnding.KeyRefused)]
    [InlineData("claude-code", FaultKind.SpendLimit, AgentEnding.OutOfCredit)]
    [InlineData("claude-code", FaultKind.CreditTooLow, AgentEnding.OutOfCredit)]
    [InlineData("api", FaultKind.KeyRefused, AgentEnding.KeyRefused)]
    [InlineData("api", FaultKind.SpendLimit, AgentEnding.OutOfCredit)]
    [InlineData("api", FaultKind.CreditTooLow, AgentEnding.OutOfCredit)]
    public async Task A_refusal_that_only_an_operator_can_end_is_asked_once_and_told_by_its_class(string agent, FaultKind fault, AgentEnding ending)
    {
        _at.Claude.Faults.Add(new Fault { Kind = fault, Times = null });

        var result = await RunAsync(agent);

        result.Ending.ShouldBe(ending, result.Summary);
        _at.Claude.Requests.All.Count(request => request.Fault == fault).ShouldBe(1);
        (await MayStartAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("claude-code")]
    [InlineData("api")]
    public async Task A_budget_of_the_day_that_is_spent_ends_the_run_and_is_no_fault_of_the_task(string agent)
    {
        var task = _at.Request("").TaskId;
        await _journal.AddSpendAsync(task, GatewayLab.Repository, new ClaudeBot.Runs.TokenUsage("model", 0, 0, 0, 0), 50m, Token);

        var result = await RunAsync(agent, budgetUsd: 100m);

        result.Ending.ShouldBe(AgentEnding.OverDayBudget, result.Summary);
        _at.Claude.Requests.All.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.RateLimited)]
    [InlineData(FaultKind.ServerError)]
    public async Task A_fault_that_lasts_ends_the_run_as_overloaded(FaultKind fault)
    {
        _at.Claude.Faults.Add(new Fault { Kind = fault, Times = null });

        (await RunAsync("api")).Ending.ShouldBe(AgentEnding.Overloaded);

        _at.Claude.Requests.All.Count(request => request.Fault == fault).ShouldBeGreaterThan(1, "the client itself tries again");
    }

    [Theory]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.RateLimited)]
    [InlineData(FaultKind.ServerError)]
    public async Task A_cli_that_gave_up_on_the_service_ends_as_overloaded(FaultKind fault)
    {
        _at.Claude.Faults.Add(new Fault { Kind = fault, Times = null, IsLast = true });

        var result = await RunAsync("claude-code");

        result.Ending.ShouldBe(AgentEnding.Overloaded, result.Summary);
    }

    [Theory]
    [InlineData(FaultKind.MidStreamError)]
    [InlineData(FaultKind.RateLimited)]
    [InlineData(FaultKind.Overloaded)]
    public async Task A_fault_that_passes_leaves_no_trace_of_a_half_answer(FaultKind fault)
    {
        _at.Claude.Faults.Add(new Fault { Kind = fault, RetryAfter = 1 });

        var result = await RunAsync("claude-code");

        result.Ending.ShouldBe(AgentEnding.Completed, result.Summary);
        _at.Claude.Requests.All.ShouldContain(request => request.Fault == fault);
        _at.Read("docs/issue-notes/issue-7.md").ShouldContain("Say how to contribute");
        (await MayStartAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_killed_cli_is_a_crash_and_no_verdict_on_the_task()
    {
        var run = RunAsync("claude-code", "Issue #3: this takes long");
        await _at.SeenAsync(run, request => request.Fault == FaultKind.Stall, Token);

        foreach (var process in _at.Alive())
            UnixProcesses.Send(process, UnixSignal.Kill);

        var result = await run;
        result.Ending.ShouldBe(AgentEnding.Crashed, result.Summary);
        result.Summary.ShouldContain("no result");
    }

    private async Task<AgentResult> RunAsync(string agent, string prompt = "Issue #7: Say how to contribute", decimal? budgetUsd = null)
    {
        var request = _at.Request(prompt);
        var pass = await _at.Passes.IssueAsync(request.TaskId, GatewayLab.Repository, budgetUsd, Token);
        ICodingAgent chosen = agent == "api" ? _at.Api() : _at.ClaudeCode();
        return await chosen.RunAsync(request with { Gateway = pass }, Token);
    }

    private async Task<bool> MayStartAsync()
    {
        var asked = false;
        await _circuit.GuardAsync(
            _ =>
            {
                asked = true;
                return Task.FromResult<ClaudeBot.Queue.TaskLease?>(null);
            },
            Token);
        return asked;
    }
}
