using ClaudeBot.Queue;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.Queue;

public sealed class LockedLedgerTests : IAsyncLifetime
{
    private readonly QueueHarness _harness = new(ledger => ledger with { LockTimeout = TimeSpan.FromSeconds(1) });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task A_verdict_waits_for_a_ledger_that_another_program_holds_and_is_not_lost()
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _harness.WorkerLog = new SignalLog<QueueWorker>(refused, "the verdict could not be written");
        await using var other = new SqliteConnection($"Data Source={Path.Combine(_harness.Folder.Path, "ledger.db")};Pooling=False");
        await other.OpenAsync(Cancellation);
        var id = await _harness.AddAsync();
        var runs = 0;
        using var worker = _harness.Worker((_, _) =>
        {
            runs++;
            other.Execute("BEGIN IMMEDIATE");
            return Task.FromResult(QueueHarness.Succeeded());
        });
        await worker.StartAsync(Cancellation);
        await refused.Task.WaitAsync(Cancellation);
        (await _harness.FindAsync(id)).State.ShouldBe(TaskState.Running, "reads go on beside a lock");

        other.Execute("ROLLBACK");
        var ended = _harness.UntilAsync(id, task => !task.IsActive);
        while (!ended.IsCompleted)
        {
            _harness.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var task = await ended;
        (task.State, task.Attempts, task.Fence, runs).ShouldBe((TaskState.Succeeded, 1, 1, 1));
        await worker.StopAsync(Cancellation);
    }

    private sealed class SignalLog<T>(TaskCompletionSource signal, string text) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(text, StringComparison.Ordinal))
                signal.TrySetResult();
        }
    }
}
