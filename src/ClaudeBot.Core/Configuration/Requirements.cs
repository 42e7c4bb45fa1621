using ClaudeBot.Gate;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Configuration;

/// <summary>What a verb cannot do without.</summary>
[Flags]
public enum ConfigurationNeeds
{
    None = 0,
    /// <summary>A GitHub credential.</summary>
    GitHub = 1,
    /// <summary>At least one repository.</summary>
    Repositories = 2,
    /// <summary>A key for the model.</summary>
    Model = 4,
    /// <summary>Listening ports that do not collide.</summary>
    Doors = 8,
    Bot = GitHub | Repositories | Model | Doors,
}

/// <summary>Checks that look at more than one setting.</summary>
internal static class Requirements
{
    public static IEnumerable<ConfigurationFault> Missing(BotConfiguration configuration, ConfigurationNeeds needs)
    {
        if (needs.HasFlag(ConfigurationNeeds.Model) && !configuration.IsSet(WorkSettings.ApiKey) && !configuration.IsSet(WorkSettings.ApiKeys))
            yield return NotSet(WorkSettings.ApiKey, "Put the key of the Claude API in it, in the file named by ANTHROPIC_API_KEY_FILE, or in /run/secrets/anthropic_api_key; or several in ANTHROPIC_API_KEYS");
        if (needs.HasFlag(ConfigurationNeeds.Model) && configuration.Get(GitHubSettings.RepositoryDefaults) is { } defaults && DefaultsFault(defaults) is { } unusable)
            yield return new ConfigurationFault(GitHubSettings.RepositoryDefaults.Name, unusable, "Name a file of the form of a repository's .github/claude-bot.yml that this user can read");
        var isApp = configuration.IsSet(GitHubSettings.AppId);
        if (needs.HasFlag(ConfigurationNeeds.GitHub) && !isApp && !configuration.IsSet(GitHubSettings.Token))
            yield return NotSet(GitHubSettings.Token, "Put a personal access token in it, in the file named by GITHUB_TOKEN_FILE, or in /run/secrets/github_token; or set GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE");
        if (needs.HasFlag(ConfigurationNeeds.GitHub) && isApp && !configuration.IsSet(GitHubSettings.AppPrivateKey))
            yield return NotSet(GitHubSettings.AppPrivateKey, "Name the file of the GitHub App's private key in GITHUB_APP_PRIVATE_KEY_FILE, or put it in /run/secrets/github_app_private_key");
        if (needs.HasFlag(ConfigurationNeeds.Repositories) && !isApp && !configuration.IsSet(GitHubSettings.TargetRepository) && !configuration.IsSet(GitHubSettings.AllowedRepositories))
            yield return NotSet(GitHubSettings.TargetRepository, "Name the repository to serve as owner/name, or several in ALLOWED_REPOSITORIES");
        if (needs.HasFlag(ConfigurationNeeds.GitHub) && configuration.Secret(GitHubSettings.CommitSigningKey).Current() is { } signingKey && CommitSignature.Fault(signingKey) is { } unfit)
            yield return new ConfigurationFault(GitHubSettings.CommitSigningKey.Name, unfit, "Make one with ssh-keygen -t ed25519 -N '' and add its public half to the bot's account as a signing key");
        if (!needs.HasFlag(ConfigurationNeeds.Doors))
            yield break;
        if (configuration.IsSet(DoorSettings.WebhookPort) && configuration.Get(DoorSettings.WebhookPort) is not null && !configuration.IsSet(GitHubSettings.WebhookSecret))
            yield return new ConfigurationFault(GitHubSettings.WebhookSecret.Name, "it is not set, but WEBHOOK_PORT is open", "Set the secret of the webhook on GitHub, or set WEBHOOK_PORT=off to poll only");
        if (configuration.Get(DoorSettings.Notifications) && !configuration.IsSet(DoorSettings.NotificationUrl))
            yield return new ConfigurationFault(DoorSettings.NotificationUrl.Name, "it is not set, but ENABLE_WEBHOOKS is on", "Put the address of an incoming webhook in it, or in the file named by WEBHOOK_URL_FILE; or set ENABLE_WEBHOOKS=false");
        foreach (var fault in Collisions(configuration))
            yield return fault;
    }

    private static IEnumerable<ConfigurationFault> Collisions(BotConfiguration configuration) =>
        from door in new[] { DoorSettings.WebhookPort, DoorSettings.MetricsPort, DoorSettings.StatusPort }
        let port = configuration.Get(door)
        where port is > 0
        group door by port into same
        where same.Count() > 1
        select new ConfigurationFault(same.Last().Name, $"port {same.Key} is also {same.First().Name}", "Give each door its own port, or 'off'");

    private static string? DefaultsFault(string file)
    {
        try
        {
            RepositoryPolicyReader.Read(File.ReadAllText(file));
            return null;
        }
        catch (FormatException error)
        {
            return error.Message.Replace(RepositoryPolicy.Path, file, StringComparison.Ordinal).TrimEnd('.');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the file {file} cannot be read ({(error is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : "no permission, or no file")})";
        }
    }

    private static ConfigurationFault NotSet(Setting setting, string remedy) => new(setting.Name, "it is not set", remedy);
}
