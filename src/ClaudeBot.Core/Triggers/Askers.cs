using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>Who may start and steer work.</summary>
internal sealed class Askers(GitHubClient github, TriggerOptions options)
{
    /// <summary>
    /// The account whose token the bot uses may ask too: a person often lends the bot their own. No loop comes of it,
    /// because the bot never puts the label on by itself, and knows its own comments.
    /// </summary>
    /// <exception cref="GitHubException">GitHub did not answer now.</exception>
    public async Task<RuleFact> MayAskAsync(RepositoryName repository, GitHubUser actor, CancellationToken cancellationToken)
    {
        // By GitHub's account type and the number: a name that ends in [bot], or does not, proves nothing.
        if (actor.IsBot && !options.AllowedBots.Contains(actor.Id))
            return new RuleFact(false, $"@{actor.Login} is a bot (account {actor.Id}) that ALLOWED_BOTS does not name; only people, and bots named there, start work.", IsRefusal: true);
        if (actor.IsBot && (await github.GetCurrentUserAsync(cancellationToken)).Id == actor.Id)
            return new RuleFact(false, $"@{actor.Login} is this bot itself, which never asks itself for work.", IsRefusal: true);
        if (actor.IsBot)
            return new RuleFact(true, $"@{actor.Login} is a bot (account {actor.Id}) that ALLOWED_BOTS names.");

        var permission = await github.GetPermissionAsync(repository, actor, cancellationToken);
        return permission >= RepositoryPermission.Write
            ? new RuleFact(true, $"@{actor.Login} has {Word(permission)} permission in {repository}.")
            : new RuleFact(false, $"@{actor.Login} has {Word(permission)} permission in {repository}; write permission is needed to start work.", IsRefusal: true);
    }

    private static string Word(RepositoryPermission permission) => permission switch
    {
        RepositoryPermission.None => "no",
        RepositoryPermission.Read => "read",
        RepositoryPermission.Triage => "triage",
        RepositoryPermission.Write => "write",
        RepositoryPermission.Maintain => "maintain",
        _ => "admin",
    };
}
