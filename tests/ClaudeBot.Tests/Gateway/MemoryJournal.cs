using System.Threading.Channels;
using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Gateway;

/// <summary>A journal that keeps spend in memory and tells of each charge; the gateway needs nothing else of it.</summary>
internal sealed class MemoryJournal : IRunJournal
{
    private readonly Lock _lock = new();
    private decimal _usd;
    private int _calls;

    public Channel<GatewayLab.Charge> Charges { get; } = Channel.CreateUnbounded<GatewayLab.Charge>();

    public ValueTask<GatewayLab.Charge> NextChargeAsync() => Charges.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public Task AddSpendAsync(TaskId task, RepositoryName repository, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _usd += usd;
            _calls++;
        }

        Charges.Writer.TryWrite(new GatewayLab.Charge(task, repository, usage, usd));
        return Task.CompletedTask;
    }

    public Task<Spend> SpendAsync(TaskId task, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(new Spend(0, 0, 0, 0, _usd, _calls));
    }

    public Task<int> BeginAttemptAsync(TaskId task, string worker, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task EndAttemptAsync(TaskId task, int number, string ending, string? sessionId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> BeginStepAsync(TaskId task, long fence, string step, string intent, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> EndStepAsync(TaskId task, long fence, string step, string result, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StepRecord?> FindStepAsync(TaskId task, string step, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<StepRecord>> StepsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ClearStepsAsync(TaskId task, CancellationToken cancellationToken) => throw new NotSupportedException();
}
