namespace ClaudeBot.GitHub;

/// <summary>What kind of answer a failed GitHub call was; it decides what the caller does.</summary>
public enum GitHubFaultKind
{
    /// <summary>Network trouble, time-out or a 5xx: the call may or may not have been applied. Look, then try again.</summary>
    Transient,

    /// <summary>A primary or secondary rate limit: nothing before <see cref="GitHubException.RetryAt"/>.</summary>
    RateLimited,

    /// <summary>401: the credential is wrong or expired.</summary>
    Unauthorized,

    /// <summary>403 that is no rate limit: the credential may not do this.</summary>
    Forbidden,

    /// <summary>404 or 410.</summary>
    NotFound,

    /// <summary>422 and other 4xx: the request cannot succeed as it is.</summary>
    Rejected,
}

/// <summary>A GitHub call failed. The message names the call and GitHub's reason, and holds no secret.</summary>
public sealed class GitHubException(GitHubFaultKind kind, string message, DateTimeOffset? retryAt, Exception? inner)
    : Exception(message, inner)
{
    public GitHubFaultKind Kind { get; } = kind;

    /// <summary>The same call may succeed soon; where a limit holds, it costs nothing before <see cref="RetryAt"/>.</summary>
    public bool MayPass => Kind is GitHubFaultKind.Transient or GitHubFaultKind.RateLimited;

    /// <summary>For <see cref="GitHubFaultKind.RateLimited"/>: when the next call may be sent.</summary>
    public DateTimeOffset? RetryAt { get; } = retryAt;
}
