using static ClaudeBot.Configuration.SettingKinds;

namespace ClaudeBot.Configuration;

/// <summary>
/// Names that installations of this bot carry in their <c>.env</c> for Compose, for the images, for the target project or
/// for secret stores. The program knows them so that they give no warning.
/// </summary>
public static class OutsideSettings
{
    private const string Room = "Read by other programs";

    public static SecretSetting VaultToken { get; } = new("VAULT_TOKEN", "Token of a Vault server; the program itself reads secrets from files and the environment.") { Room = Room, Use = SettingUse.Elsewhere };

    public static IReadOnlyList<Setting> All { get; } =
    [
        For("COMPOSE_PROJECT_NAME", "Compose: the project's name."),
        For("COMPOSE_PROFILES", "Compose: the profiles that are started."),
        For("COMPOSE_FILE", "Compose: its files."),
        For("DOCKER_NETWORK", "Compose: the network."),
        For("RESTART_POLICY", "Compose: the restart policy."),
        For("RUN_AS_USER", "Image: the user that the container runs as.", "bot"),
        For("PROJECT_PATH", "Compose: host folder mounted at /workspace; the bot works in its own workspaces."),
        For("BOT_LOG_DIR", "Image: folder for logs; the bot logs to standard output.", "/bot/logs") with { FileAliases = ["log_dir"] },
        For("ENVIRONMENT", "The target project's environment; the bot never takes it as its own."),
        For("ASPNETCORE_ENVIRONMENT", "The target project's environment; the bot never takes it as its own."),
        For("NODE_ENV", "The target project's environment."),
        For("DOTNET_PROJECT_PATH", "Compose: the second bot's PROJECT_PATH."),
        For("DOTNET_TARGET_REPO", "Compose: the second bot's TARGET_REPO."),
        For("DOTNET_BOT_LABEL", "Compose: the second bot's BOT_LABEL."),
        For("DOTNET_BOT_ID", "Compose: the second bot's BOT_ID."),
        For("DOTNET_USE_POLLING_FILE_WATCHER", "The target project's toolchain."),
        For("NUGET_XMLDOC_MODE", "The target project's toolchain."),
        For("CLAUDE_NODE_PATH", "Image: the Node.js of Claude Code."),
        For("GENERATE_CONFIG_TEMPLATE", "Install script: write a configuration template."),
        For("SECRETS_PROVIDER", "Secret store of earlier versions; secrets are read from files and the environment.", "env"),
        For("VAULT_URL", "Address of a Vault server; see VAULT_TOKEN."),
        VaultToken,
        For("STATUS_REPO", "Status publishing of earlier versions."),
        For("FLASK_HOST", "Status web of earlier versions; use BIND_ADDRESS."),
        For("FLASK_PORT", "Status web of earlier versions; use STATUS_PORT."),
        For("FLASK_DEBUG", "Status web of earlier versions; use DEBUG_MODE."),
        For("FLASK_ENV", "Status web of earlier versions."),
    ];

    private static Setting<string?> For(string name, string meaning, string? usual = null) =>
        new(name, Text, usual, meaning) { Room = Room, Use = SettingUse.Elsewhere };
}
