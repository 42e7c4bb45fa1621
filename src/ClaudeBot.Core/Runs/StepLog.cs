using ClaudeBot.GitHub;
using ClaudeBot.Queue;

namespace ClaudeBot.Runs;

/// <summary>
/// Does the outward effects of a run: before each an intent is written under the fence, after it a result. Where an
/// intent without a result is found, or a reply was lost, it looks before it acts. A stale fence ends the run.
/// </summary>
public sealed class StepLog(IRunJournal journal, TaskLease lease, Patience patience)
{
    /// <summary>An effect that may be repeated without harm: it is done at each call.</summary>
    /// <exception cref="StaleLeaseException"/>
    public async Task DoAsync(string step, object intent, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        await BeginAsync(step, intent, cancellationToken);
        await patience.TryAsync(
            async (_, token) =>
            {
                await act(token);
                return true;
            },
            cancellationToken);
        await EndAsync(step, new { done = true }, cancellationToken);
    }

    /// <summary>
    /// An effect that must happen once in the life of the task. <paramref name="act"/> is only called when neither the
    /// journal nor <paramref name="look"/> knows of the effect. "Rejected" counts as done when a look then finds it.
    /// </summary>
    /// <param name="lookFirst">True: look even before the very first try.</param>
    /// <exception cref="StaleLeaseException"/>
    public async Task<T> OnceAsync<T>(
        string step,
        object intent,
        bool lookFirst,
        Func<CancellationToken, Task<T?>> look,
        Func<CancellationToken, Task<T>> act,
        CancellationToken cancellationToken)
        where T : class
    {
        var earlier = await journal.FindStepAsync(lease.Id, step, cancellationToken);
        if (earlier?.Result is { } known)
            return StepJson.Read<T>(known);

        await BeginAsync(step, intent, cancellationToken);
        var result = await patience.TryAsync(
            async (tries, token) =>
            {
                if ((lookFirst || earlier is not null || tries > 0) && await look(token) is { } found)
                    return found;
                try
                {
                    return await act(token);
                }
                catch (GitHubException e) when (e.Kind == GitHubFaultKind.Rejected)
                {
                    // 422 "already exists" is success, after a look: a reply was lost, or another trigger raced.
                    if (await look(token) is { } there)
                        return there;
                    throw;
                }
            },
            cancellationToken);
        await EndAsync(step, result, cancellationToken);
        return result;
    }

    /// <summary>Reads, with patience; writes nothing.</summary>
    public Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        patience.TryAsync((_, token) => read(token), cancellationToken);

    /// <summary>The intent of a step as it was last written, and whether its result is known; null when it was never begun.</summary>
    public async Task<(T Intent, string? Result)?> FindAsync<T>(string step, CancellationToken cancellationToken)
    {
        var found = await journal.FindStepAsync(lease.Id, step, cancellationToken);
        return found is null ? null : (StepJson.Read<T>(found.Intent), found.Result);
    }

    /// <summary>Writes that something is about to be done.</summary>
    /// <exception cref="StaleLeaseException"/>
    public async Task BeginAsync(string step, object intent, CancellationToken cancellationToken)
    {
        if (!await journal.BeginStepAsync(lease.Id, lease.Fence, step, StepJson.Write(intent), cancellationToken))
            throw new StaleLeaseException(lease.Id);
    }

    /// <summary>Writes what came of it.</summary>
    /// <exception cref="StaleLeaseException"/>
    public async Task EndAsync(string step, object result, CancellationToken cancellationToken)
    {
        if (!await journal.EndStepAsync(lease.Id, lease.Fence, step, StepJson.Write(result), cancellationToken))
            throw new StaleLeaseException(lease.Id);
    }
}
