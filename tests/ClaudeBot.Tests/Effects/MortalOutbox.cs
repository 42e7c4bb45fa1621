using ClaudeBot.Conversation;

namespace ClaudeBot.Tests.Effects;

/// <summary>The outbox of a process that dies: from then on no call of it returns, and none reaches the ledger.</summary>
internal sealed class MortalOutbox(IOutbox inner) : IOutbox
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Key, bool IsRecorded)? _last;

    /// <summary>Completes at the death.</summary>
    public Task Died => _died.Task;

    /// <summary>Dies when the end of a post whose key begins so is to be written: just before, or just after.</summary>
    public void DieAt(string key, bool isRecorded) => _last = (key, isRecorded);

    public void Die() => _died.TrySetResult();

    public async Task<IReadOnlyList<OutgoingPost>> PendingAsync(int limit, CancellationToken cancellationToken)
    {
        await LiveAsync(cancellationToken);
        return await inner.PendingAsync(limit, cancellationToken);
    }

    public async Task BeginAsync(OutgoingPost post, CancellationToken cancellationToken)
    {
        await LiveAsync(cancellationToken);
        await inner.BeginAsync(post, cancellationToken);
    }

    public async Task EndAsync(OutgoingPost post, string result, CancellationToken cancellationToken)
    {
        await LiveAsync(cancellationToken);
        if (_last is not { } last || !post.Key.StartsWith(last.Key, StringComparison.Ordinal))
        {
            await inner.EndAsync(post, result, cancellationToken);
            return;
        }

        if (last.IsRecorded)
            await inner.EndAsync(post, result, cancellationToken);
        Die();
        await LiveAsync(cancellationToken);
    }

    public async Task PostponeAsync(OutgoingPost post, string reason, DateTimeOffset until, CancellationToken cancellationToken)
    {
        await LiveAsync(cancellationToken);
        await inner.PostponeAsync(post, reason, until, cancellationToken);
    }

    private Task LiveAsync(CancellationToken cancellationToken) =>
        Died.IsCompleted ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken) : Task.CompletedTask;
}
