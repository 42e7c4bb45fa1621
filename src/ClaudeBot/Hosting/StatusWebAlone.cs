using ClaudeBot.Configuration;

namespace ClaudeBot.Hosting;

/// <summary>Tells the surroundings of a status web that stands alone (its container, its unit) from those of a bot.</summary>
internal static class StatusWebAlone
{
    // One of them is enough to mean a bot: what it lacks beside it is a fault to be told.
    private static readonly Setting[] OfBot =
    [
        BotSettings.DataDirectory, BotSettings.StatusWebUrl, GitHubSettings.Token, GitHubSettings.AppId, GitHubSettings.TargetRepository, GitHubSettings.AllowedRepositories,
        WorkSettings.ApiKey, WorkSettings.ApiKeys,
    ];

    /// <summary>True where the web's folder is set and nothing that only a bot needs.</summary>
    public static bool IsMeant(BotConfiguration configuration) => configuration.IsSet(DoorSettings.StatusDataDirectory) && !OfBot.Any(configuration.IsSet);
}
