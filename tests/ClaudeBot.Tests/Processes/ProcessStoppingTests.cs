using System.Collections.Concurrent;
using System.Globalization;
using ClaudeBot.Processes;
using static ClaudeBot.Tests.Processes.ProcessRunnerTests;

namespace ClaudeBot.Tests.Processes;

public sealed class ProcessStoppingTests
{
    private readonly ProcessRunner _runner = new(TimeProvider.System) { DrainLimit = TimeSpan.FromMilliseconds(200) };
    private readonly ConcurrentQueue<int> _ids = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _members;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancelling_leaves_no_one_of_the_family_alive()
    {
        // A plain child, one in a group of its own, one in a session of its own with a child, and one deaf to SIGTERM.
        await CancelledWhenReadyAsync(
            """
            sleep 1000 & echo $!
            set -m; sleep 1000 & echo $!; set +m
            setsid bash -c 'sleep 1000 & echo $!; wait' & echo $!
            bash -c 'trap "" TERM; echo $$; while :; do sleep 1000; done' &
            echo $$; wait
            """,
            members: 6);

        _ids.Count.ShouldBe(6);
        _ids.ShouldAllBe(id => IsGone(id));
    }

    [Fact]
    public async Task A_child_deaf_to_the_polite_signal_is_killed_after_its_grace()
    {
        await CancelledWhenReadyAsync("trap '' TERM; echo $$; while :; do sleep 1000; done", members: 1);

        _ids.ShouldHaveSingleItem();
        IsGone(_ids.Single()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_child_that_obeys_may_end_in_order()
    {
        var lines = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => _runner.RunAsync(
            Bash("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done") with
            {
                StopGrace = TimeSpan.FromSeconds(30),
                OnOutputLine = line =>
                {
                    lines.Enqueue(line);
                    stop.Cancel();
                },
            },
            stop.Token));

        lines.ShouldBe(["ready", "saved"]);
    }

    [Fact]
    public async Task The_time_limit_ends_the_child_and_says_so()
    {
        var result = await _runner.RunAsync(
            Bash("echo begun; echo $$ >&2; exec sleep 1000") with { Timeout = TimeSpan.FromMilliseconds(300), OnErrorLine = Note },
            Cancellation);

        result.TimedOut.ShouldBeTrue();
        result.Succeeded.ShouldBeFalse();
        result.ExitCode.ShouldBe(143);
        result.Output.ShouldBe("begun\n");
        IsGone(_ids.Single()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_grandchild_that_keeps_the_pipe_neither_holds_the_result_nor_lives_on()
    {
        var result = await _runner.RunAsync(Bash("sleep 1000 & echo $!") with { OnOutputLine = Note }, Cancellation);

        result.Succeeded.ShouldBeTrue();
        result.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(60));
        IsGone(_ids.Single()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_token_that_has_fired_already_starts_nothing()
    {
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        await Should.ThrowAsync<OperationCanceledException>(
            () => _runner.RunAsync(Request("touch") with { Arguments = [file] }, new CancellationToken(canceled: true)));

        File.Exists(file).ShouldBeFalse();
    }

    private async Task CancelledWhenReadyAsync(string script, int members)
    {
        _members = members;
        using var stop = new CancellationTokenSource();
        var run = _runner.RunAsync(Bash(script) with { StopGrace = TimeSpan.FromMilliseconds(100), OnOutputLine = Note }, stop.Token);
        await _ready.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => run);
    }

    private void Note(string line)
    {
        _ids.Enqueue(int.Parse(line, CultureInfo.InvariantCulture));
        if (_ids.Count == _members)
            _ready.TrySetResult();
    }

    private static bool IsGone(int id) => ProcessStatus.Read(id) is null or { IsZombie: true };
}
