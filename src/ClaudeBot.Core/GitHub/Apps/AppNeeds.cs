namespace ClaudeBot.GitHub.Apps;

/// <summary>
/// What the bot's GitHub App must be allowed and told, and nothing beyond; the names are GitHub's ("Permissions
/// required for GitHub Apps", "Webhook events and payloads"). deploy/github-app/manifest.json asks for exactly this.
/// </summary>
public static class AppNeeds
{
    public static IReadOnlyDictionary<string, string> Permissions { get; } = new Dictionary<string, string>
    {
        // Logs of failed jobs, and to have one run again.
        ["actions"] = "write",
        // Which checks failed, and to have one run again.
        ["checks"] = "write",
        // Branches and commits.
        ["contents"] = "write",
        // Labels and comments.
        ["issues"] = "write",
        // Who may ask; every App has it.
        ["metadata"] = "read",
        ["pull_requests"] = "write",
        // Checks that are commit statuses.
        ["statuses"] = "read",
    };

    public static IReadOnlyList<string> Events { get; } = ["check_run", "issue_comment", "issues", "pull_request", "pull_request_review", "pull_request_review_comment", "status"];

    /// <summary>What is missing in a grant, as <c>contents:write</c>.</summary>
    public static IReadOnlyList<string> MissingIn(IReadOnlyDictionary<string, string> granted) =>
        [.. from need in Permissions
            let has = granted.GetValueOrDefault(need.Key)
            where has != need.Value && !(need.Value == "read" && has is "write" or "admin")
            select $"{need.Key}:{need.Value}"];
}
