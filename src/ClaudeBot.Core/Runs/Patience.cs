using ClaudeBot.GitHub;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Runs;

/// <summary>
/// Tries again what failed for a passing reason: network trouble, 5xx, a short rate limit. The call is told how often
/// it was tried, since a call that failed may have been applied: whoever writes looks first from the second try on.
/// </summary>
public sealed class Patience(RunOptions options, TimeProvider time)
{
    /// <exception cref="GitHubException">The last try failed, or trying again cannot help.</exception>
    /// <exception cref="WorkspaceException">The same, for git.</exception>
    public async Task<T> TryAsync<T>(Func<int, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await call(tries, cancellationToken);
            }
            catch (Exception e) when (Pause(e, tries) is { } pause)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private TimeSpan? Pause(Exception exception, int tries) => exception switch
    {
        _ when tries >= options.TransientDelays.Count => null,
        GitHubException { Kind: GitHubFaultKind.Transient } => options.TransientDelays[tries],
        WorkspaceException { IsTransient: true } => options.TransientDelays[tries],
        GitHubException { Kind: GitHubFaultKind.RateLimited } limited => LimitPause(limited, tries),
        _ => null,
    };

    private TimeSpan? LimitPause(GitHubException limited, int tries)
    {
        var pause = limited.RetryAt is { } at ? at - time.GetUtcNow() : options.TransientDelays[tries];
        if (pause > options.LongestLimitWait)
            return null;
        return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
    }
}
