namespace ClaudeBot.GitHub.Wire;

/// <summary>An answer of the GraphQL API, which tells of most errors with status 200.</summary>
internal class GraphQlAnswer
{
    public List<GraphQlError>? Errors { get; set; }

    /// <exception cref="GitHubException">The answer holds an error.</exception>
    public void ThrowIfFailed(string call)
    {
        if (Errors is [var first, ..])
            throw new GitHubException(Kind(first.Type), $"{call}: {first.Message}", null, null);
    }

    // An error without a type is GitHub's "Something went wrong while executing your query".
    private static GitHubFaultKind Kind(string? type) => type switch
    {
        null or "" => GitHubFaultKind.Transient,
        "RATE_LIMITED" => GitHubFaultKind.RateLimited,
        "FORBIDDEN" or "INSUFFICIENT_SCOPES" => GitHubFaultKind.Forbidden,
        "NOT_FOUND" => GitHubFaultKind.NotFound,
        _ => GitHubFaultKind.Rejected,
    };
}

internal sealed class GraphQlError
{
    public string? Type { get; set; }

    public string? Message { get; set; }
}
