using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>The delivery logs that are the bot's: its App's, or those of webhooks that lead to <see cref="Door"/>.</summary>
public static class WebhookLogs
{
    /// <summary>The path that the bot takes deliveries on, wherever a proxy puts it.</summary>
    public const string Door = "/webhooks/github";

    public static bool LeadsHere(GitHubHook hook) => hook.Url.AbsolutePath.TrimEnd('/').EndsWith(Door, StringComparison.Ordinal);

    /// <summary>The logs of the active webhooks; a repository whose webhooks the credential may not read is told to <paramref name="closed"/>.</summary>
    /// <exception cref="GitHubException"/>
    public static async Task<IReadOnlyList<DeliveryLog>> ListAsync(GitHubClient github, IEnumerable<RepositoryName> repositories, Action<RepositoryName> closed, CancellationToken cancellationToken)
    {
        if (github.IsApp)
            return [DeliveryLog.OfApp];

        var logs = new List<DeliveryLog>();
        foreach (var repository in repositories)
        {
            if (await github.FindHooksAsync(repository, cancellationToken) is { } hooks)
                logs.AddRange(hooks.Where(hook => hook.IsActive && LeadsHere(hook)).Select(hook => hook.Log));
            else
                closed(repository);
        }

        return logs;
    }
}
