using ClaudeBot.Configuration;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Configuration;

/// <summary>A folder of files, an environment and a command line to make configurations from.</summary>
public sealed class ConfigurationRoom : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-config-");

    public Dictionary<string, string> Environment { get; } = [];

    public Dictionary<string, string> CommandLine { get; } = [];

    public FakeTimeProvider Time { get; } = new();

    public SecretMask Mask { get; } = new();

    public string Write(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public BotConfiguration Read(string? envFile = null) => ConfigurationReader.Read(
        new ConfigurationInputs { Environment = Environment, CommandLine = CommandLine, EnvFile = envFile, SecretsDirectory = _folder.FullName },
        Mask,
        Time);

    public void Dispose() => _folder.Delete(recursive: true);
}
