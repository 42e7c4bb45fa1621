using System.CommandLine;
using ClaudeBot.Configuration;

namespace ClaudeBot.Hosting;

/// <summary>
/// Tells the surroundings of a status web that stands alone, as its container has them, from those of a bot. Its systemd unit reads
/// the file of the bot's settings, too, and is taken for a bot: there <c>--role web</c> says what is meant.
/// </summary>
internal static class StatusWebAlone
{
    private const string Web = "web";

    // One of them is enough to mean a bot: what it lacks beside it is a fault to be told.
    private static readonly Setting[] OfBot =
    [
        BotSettings.DataDirectory, BotSettings.StatusWebUrl, GitHubSettings.Token, GitHubSettings.AppId, GitHubSettings.TargetRepository, GitHubSettings.AllowedRepositories,
        WorkSettings.ApiKey, WorkSettings.ApiKeys,
    ];

    /// <summary><c>--role</c> of the verbs that look at surroundings.</summary>
    /// <param name="what">What the verb does with them.</param>
    public static Option<string?> RoleOption(string what)
    {
        var role = new Option<string?>("--role") { Description = $"{what}: bot, or {Web} for a status web that stands alone. Without it {Web} where STATUS_DATA_DIR is set and nothing that only a bot needs." };
        role.AcceptOnlyFromAmong("bot", Web);
        return role;
    }

    /// <summary>What the option says; without it what the settings show.</summary>
    public static bool IsMeant(string? role, BotConfiguration configuration) => role is null ? IsMeant(configuration) : role == Web;

    /// <summary>True where the web's folder is set and nothing that only a bot needs.</summary>
    public static bool IsMeant(BotConfiguration configuration) => configuration.IsSet(DoorSettings.StatusDataDirectory) && !OfBot.Any(configuration.IsSet);
}
