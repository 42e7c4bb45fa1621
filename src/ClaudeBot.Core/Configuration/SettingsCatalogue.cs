namespace ClaudeBot.Configuration;

/// <summary>
/// Every setting that the program knows: the single source for reading, checking, <c>config show|check|template</c>,
/// help and docs/CONFIGURATION.md.
/// </summary>
public static class SettingsCatalogue
{
    public static IReadOnlyList<Setting> All { get; } =
        [.. BotSettings.All, .. GitHubSettings.All, .. WorkSettings.All, .. DoorSettings.All, .. DataSettings.All, .. OutsideSettings.All];

    private static readonly Dictionary<string, Setting> ByName = All.ToDictionary(setting => setting.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, Setting> ByFileKey = All
        .SelectMany(setting => setting.FileAliases.Append(setting.Name.ToLowerInvariant()).Append(setting.Name), (setting, key) => (setting, key))
        .ToDictionary(pair => pair.key, pair => pair.setting, StringComparer.Ordinal);

    /// <summary>The setting of this name; null when there is none.</summary>
    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The setting behind a key of the configuration file; null when there is none.</summary>
    public static Setting? FindByFileKey(string key) => ByFileKey.GetValueOrDefault(key);

    /// <summary>
    /// A warning for a name that looks like one of ours and is none; null for foreign names. An environment is full of
    /// foreign names, a file of ours (<paramref name="ownFile"/>) is not.
    /// </summary>
    public static ConfigurationFault? UnknownName(string name, bool ownFile)
    {
        if (Find(name) is not null || (name.EndsWith("_FILE", StringComparison.Ordinal) && Find(name[..^5]) is not null))
            return null;
        var nearest = NearestName.Of(name.ToUpperInvariant(), ByName.Keys, Math.Min(3, name.Length / 4));
        var looksLikeOurs = ownFile || nearest is not null || name.StartsWith("BOT_", StringComparison.Ordinal) || name.StartsWith("CLAUDE_BOT_", StringComparison.Ordinal);
        return looksLikeOurs
            ? new ConfigurationFault(name, "there is no such setting", nearest is null ? "Remove it, or see 'claude-bot config show' for the names" : $"Did you mean {nearest}")
            : null;
    }
}
