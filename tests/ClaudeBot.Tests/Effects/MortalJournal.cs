using ClaudeBot.Runs;

namespace ClaudeBot.Tests.Effects;

/// <summary>The journal of a process that dies: from then on no call of it returns, and none reaches the ledger.</summary>
internal sealed class MortalJournal(IRunJournal inner) : IRunJournal
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Step, bool IsRecorded)? _last;

    /// <summary>Completes at the death.</summary>
    public Task Died => _died.Task;

    /// <summary>Dies when a step's result is to be written: just before, or just after.</summary>
    public void DieAt(string step, bool isRecorded) => _last = (step, isRecorded);

    public void Die() => _died.TrySetResult();

    public Task<int> BeginAttemptAsync(TaskId task, string worker, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.BeginAttemptAsync(task, worker, cancellationToken), cancellationToken);

    public Task EndAttemptAsync(TaskId task, int number, string ending, string? sessionId, CancellationToken cancellationToken) => LiveAsync(
        async () =>
        {
            await inner.EndAttemptAsync(task, number, ending, sessionId, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<AttemptRecord>> AttemptsAsync(TaskId task, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.AttemptsAsync(task, cancellationToken), cancellationToken);

    public Task<bool> BeginStepAsync(TaskId task, long fence, string step, string intent, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.BeginStepAsync(task, fence, step, intent, cancellationToken), cancellationToken);

    public async Task<bool> EndStepAsync(TaskId task, long fence, string step, string result, CancellationToken cancellationToken)
    {
        if (_last is not { } last || last.Step != step)
            return await LiveAsync(() => inner.EndStepAsync(task, fence, step, result, cancellationToken), cancellationToken);
        if (last.IsRecorded)
            await inner.EndStepAsync(task, fence, step, result, cancellationToken);
        Die();
        return await LiveAsync(() => Task.FromResult(false), cancellationToken);
    }

    public Task<StepRecord?> FindStepAsync(TaskId task, string step, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.FindStepAsync(task, step, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<StepRecord>> StepsAsync(TaskId task, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.StepsAsync(task, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<TaskInput>> InputsAsync(TaskId task, CancellationToken cancellationToken) =>
        LiveAsync(() => inner.InputsAsync(task, cancellationToken), cancellationToken);

    public Task MarkTakenAsync(TaskId task, long upTo, CancellationToken cancellationToken) => LiveAsync(
        async () =>
        {
            await inner.MarkTakenAsync(task, upTo, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task AddSpendAsync(TaskId task, RepositoryName repository, TokenUsage usage, decimal usd, CancellationToken cancellationToken) => LiveAsync(
        async () =>
        {
            await inner.AddSpendAsync(task, repository, usage, usd, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<Spend> SpendAsync(TaskId task, CancellationToken cancellationToken) => LiveAsync(() => inner.SpendAsync(task, cancellationToken), cancellationToken);

    public Task<string?> MainModelAsync(TaskId task, CancellationToken cancellationToken) => LiveAsync(() => inner.MainModelAsync(task, cancellationToken), cancellationToken);

    private async Task<T> LiveAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        if (Died.IsCompleted)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        return await call();
    }
}
