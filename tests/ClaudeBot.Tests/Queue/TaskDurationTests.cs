using System.Text.RegularExpressions;
using ClaudeBot.Queue;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Queue;

public sealed partial class TaskDurationTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new();
    private readonly FakeLogCollector _logs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    /// <summary>The runbook looks for slow tasks with <c>grep -E "duration.*[0-9]{4,}"</c>: four digits mean a thousand seconds.</summary>
    [Theory]
    [InlineData(0.25, false)]
    [InlineData(999.9, false)]
    [InlineData(1000, true)]
    [InlineData(12345.678, true)]
    public async Task The_search_for_slow_tasks_finds_those_of_a_thousand_seconds(double seconds, bool isFound)
    {
        var line = await RunAsync(seconds, new TaskVerdict.End(new TaskOutcome { State = TaskState.Succeeded, Reason = "Pull request #20260 is open." }));

        line.Level.ShouldBe(LogLevel.Information);
        line.Message.ShouldEndWith(FormattableString.Invariant($" task_duration={seconds:F1}s"));
        SlowTask().IsMatch(line.Message).ShouldBe(isFound, line.Message);
    }

    [Fact]
    public async Task A_task_that_failed_is_an_ERROR_with_its_reason_and_its_duration()
    {
        var line = await RunAsync(3, new TaskVerdict.End(new TaskOutcome { State = TaskState.Failed, Reason = "The repository is archived." }));

        line.Level.ShouldBe(LogLevel.Error);
        line.Message.ShouldEndWith(" failed: The repository is archived. task_duration=3.0s");
    }

    [Fact]
    public async Task A_last_attempt_that_goes_wrong_is_told_as_dead_and_one_before_it_is_no_error()
    {
        var again = new TaskVerdict.Requeue("The agent was cut off.", NotBefore: null, CountsAttempt: true);

        (await RunAsync(3, again, attempts: 2)).Level.ShouldBe(LogLevel.Error);
        _logs.GetSnapshot().Select(record => record.Message).Where(message => message.Contains("task_duration", StringComparison.Ordinal))
            .Select(message => message.Split(' ', 3)[2]).ShouldBe(["requeued: The agent was cut off. task_duration=3.0s", "dead: The agent was cut off. task_duration=3.0s"]);
    }

    private async Task<FakeLogRecord> RunAsync(double seconds, TaskVerdict verdict, int attempts = 1)
    {
        _harness.WorkerLog = new FakeLogger<QueueWorker>(_logs);
        using var worker = _harness.Worker(
            (_, _) =>
            {
                _harness.Time.Advance(TimeSpan.FromSeconds(seconds));
                return Task.FromResult(verdict);
            },
            new QueueOptions { MaxAttempts = attempts });
        await _harness.AddAsync();
        await worker.DrainAsync(Cancellation);
        return _logs.GetSnapshot().Last(record => record.Message.Contains("task_duration", StringComparison.Ordinal));
    }

    [GeneratedRegex("duration.*[0-9]{4,}")]
    private static partial Regex SlowTask();
}
