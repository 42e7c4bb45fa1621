using ClaudeBot.Agents;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Agents;

public sealed class AgentClockTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Silence_for_the_stall_timeout_stops_the_run_as_stalled_and_not_a_moment_before()
    {
        using var clock = Clock();
        _time.Advance(TimeSpan.FromMinutes(1) - Tick);
        clock.Stop.IsCancellationRequested.ShouldBeFalse();

        _time.Advance(Tick);

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
        clock.Passed.ShouldBe(AgentEnding.Stalled);
    }

    [Fact]
    public void A_sign_of_life_begins_the_silence_anew()
    {
        using var clock = Clock();
        for (var beat = 0; beat < 5; beat++)
        {
            _time.Advance(TimeSpan.FromSeconds(59));
            clock.Beat();
        }

        clock.Passed.ShouldBeNull();
        _time.Advance(TimeSpan.FromMinutes(1));
        clock.Passed.ShouldBe(AgentEnding.Stalled);
    }

    [Fact]
    public void The_wall_clock_stops_an_agent_that_is_never_silent()
    {
        using var clock = Clock();
        for (var second = 1; second < 600; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            clock.Beat();
        }

        clock.Stop.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
        clock.Passed.ShouldBe(AgentEnding.TimedOut);
    }

    [Fact]
    public void An_agent_that_hangs_after_its_result_is_stopped_after_ten_seconds_and_no_limit_was_passed()
    {
        using var clock = Clock();
        clock.ResultSeen();
        _time.Advance(TimeSpan.FromSeconds(10) - Tick);
        clock.Stop.IsCancellationRequested.ShouldBeFalse();

        _time.Advance(Tick);

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
        clock.Passed.ShouldBeNull();
    }

    [Fact]
    public void Chatter_after_the_result_wins_no_time()
    {
        using var clock = Clock();
        clock.ResultSeen();
        for (var second = 0; second < 10; second++)
        {
            clock.Beat();
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void The_wall_clock_counts_nothing_against_a_result_that_came_in_time()
    {
        using var clock = Clock();
        Pass(TimeSpan.FromSeconds(595), clock);
        clock.ResultSeen();

        _time.Advance(TimeSpan.FromSeconds(5));

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
        clock.Passed.ShouldBeNull();
    }

    [Fact]
    public void A_result_that_comes_after_the_limit_does_not_undo_it()
    {
        using var clock = Clock();
        _time.Advance(TimeSpan.FromMinutes(1));

        clock.ResultSeen();

        clock.Passed.ShouldBe(AgentEnding.Stalled);
    }

    [Fact]
    public void The_caller_may_stop_the_run_and_no_limit_was_passed()
    {
        using var caller = new CancellationTokenSource();
        using var clock = ClockOf(caller.Token);

        caller.Cancel();

        clock.Stop.IsCancellationRequested.ShouldBeTrue();
        clock.Passed.ShouldBeNull();
    }

    [Fact]
    public void A_limit_that_is_passed_after_the_end_of_the_run_is_no_fault()
    {
        Clock().Dispose();

        Should.NotThrow(() => _time.Advance(TimeSpan.FromHours(1)));
    }

    private void Pass(TimeSpan span, AgentClock clock)
    {
        for (var second = 0; second < span.TotalSeconds; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            clock.Beat();
        }
    }

    private AgentClock Clock() => ClockOf(TestContext.Current.CancellationToken);

    private AgentClock ClockOf(CancellationToken caller) => new(
        _time,
        new AgentRequest
        {
            TaskId = TaskId.Parse("octo--greeter--issue-1-abc123"),
            WorkTree = "/tree",
            Home = "/home",
            Prompt = "",
            Gateway = new GatewayPass(new Uri("http://127.0.0.1:1"), "token"),
            TranscriptPath = "/transcript",
            Timeout = TimeSpan.FromMinutes(10),
            StallTimeout = TimeSpan.FromMinutes(1),
        },
        caller);
}
