using System.Threading.Channels;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Gateway;

/// <summary>A journal that keeps spend in memory and tells of each charge; the gateway needs nothing else of it.</summary>
internal sealed class MemoryJournal(TimeProvider? time = null) : IRunJournal, ISpendTotals
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly List<(TaskId Task, RepositoryName Repository, DateOnly Day, decimal Usd)> _spend = [];

    public Channel<GatewayLab.Charge> Charges { get; } = Channel.CreateUnbounded<GatewayLab.Charge>();

    /// <summary>Takes no charge.</summary>
    public bool IsAway { get; set; }

    public ValueTask<GatewayLab.Charge> NextChargeAsync() => Charges.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<TaskInput>> InputsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task MarkTakenAsync(TaskId task, long upTo, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task AddSpendAsync(TaskId task, RepositoryName repository, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
    {
        if (IsAway)
            throw new IOException("The ledger is away.");
        lock (_lock)
        {
            _spend.Add((task, repository, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), usd));
        }

        Charges.Writer.TryWrite(new GatewayLab.Charge(task, repository, usage, usd));
        return Task.CompletedTask;
    }

    public Task<Spend> SpendAsync(TaskId task, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(new Spend(0, 0, 0, 0, _spend.Where(call => call.Task == task).Sum(call => call.Usd), _spend.Count(call => call.Task == task)));
    }

    public Task<string?> MainModelAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DaySpend> OnDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(new DaySpend(_spend.Where(call => call.Day == day).GroupBy(call => call.Repository).ToDictionary(calls => calls.Key, calls => calls.Sum(call => call.Usd))));
    }

    public Task<int> BeginAttemptAsync(TaskId task, string worker, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task EndAttemptAsync(TaskId task, int number, string ending, string? sessionId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> BeginStepAsync(TaskId task, long fence, string step, string intent, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> EndStepAsync(TaskId task, long fence, string step, string result, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StepRecord?> FindStepAsync(TaskId task, string step, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StepRecord>> StepsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();
}
