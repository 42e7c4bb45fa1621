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
        For("COMPOSE_PROFILES", "Compose: which bots are meant by plain up, stop and down: nodejs, dotnet, or both."),
        For("COMPOSE_FILE", "Compose: its files; deploy/compose/v1.yml for docker-compose 1.29, deploy/compose/v2.yml for Compose 2."),
        For("PUBLISH_ADDRESS", "Compose: the host's address on which the ports 8000, 8080 and 8088 are published.", "127.0.0.1"),
        For("BOT_MEMORY_LIMIT", "Compose: memory of a bot's container, agents and checks included.", "4g"),
        For("CLAUDE_BOT_VERSION", "Compose: the tag of the images.", "local"),
        For("BASE_IMAGE", "Image: what the images are built on.", "debian:bookworm-slim"),
        For("SDK_IMAGE", "Image: the .NET SDK that builds the program.", "mcr.microsoft.com/dotnet/sdk:10.0"),
        For("IMAGE_PARTS", "Image: where the build finds a program that was published before, as /src/artifacts/image; see deploy/docker/prepare.sh.", "/parts"),
        For("DOCKER_NETWORK", "Compose: the network.", "claude-bot-network"),
        For("RESTART_POLICY", "Compose: the restart policy.", "unless-stopped"),
        For("RUN_AS_USER", "Image: the user that the container runs as.", "bot"),
        For("PROJECT_PATH", "Compose: host folder mounted at /workspace; the bot works in its own workspaces."),
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
