using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Hosting;

/// <summary>A data folder and a configuration with which every host can be built; no service outside is reached.</summary>
internal sealed class HostRoom : IDisposable
{
    public const string StatusToken = "status-token-of-tests";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-host-");

    public HostRoom() => Environment = new()
    {
        ["BOT_DATA_DIR"] = Path.Combine(_folder.FullName, "data"),
        ["BOT_ID"] = "bot-of-tests",
        ["TARGET_REPO"] = "acme/shop",
        ["GITHUB_TOKEN"] = "github-token-of-tests",
        ["ANTHROPIC_API_KEY"] = "model-key-of-tests",
        ["GITHUB_API_URL"] = "http://127.0.0.1:1",
        ["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1",
        ["GITHUB_WEBHOOK_SECRET"] = "hook-secret-of-tests",
        ["STATUS_TOKEN"] = StatusToken,
        ["WEBHOOK_PORT"] = "0",
        ["METRICS_PORT"] = "0",
        ["STATUS_PORT"] = "0",
        ["AGENT"] = "api",
        ["LOG_LEVEL"] = "CRITICAL",
    };

    public Dictionary<string, string> Environment { get; }

    public string Data => Environment["BOT_DATA_DIR"];

    public BotConfiguration Configuration()
    {
        Directory.CreateDirectory(Data);
        var configuration = ConfigurationReader.Read(
            new ConfigurationInputs { Environment = Environment, SecretsDirectory = Path.Combine(_folder.FullName, "secrets") },
            new SecretMask(),
            TimeProvider.System);
        configuration.Faults.ShouldBeEmpty();
        return configuration;
    }

    public WebApplication Build(BotRole role, Action<IServiceCollection>? adjust = null) => BotHost.Build(Configuration(), role, TimeProvider.System, adjust);

    public void Dispose() => _folder.Delete(recursive: true);
}
