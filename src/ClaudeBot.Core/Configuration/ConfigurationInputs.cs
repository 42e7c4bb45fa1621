namespace ClaudeBot.Configuration;

/// <summary>Everything outside the program that a configuration is made of.</summary>
public sealed record ConfigurationInputs
{
    /// <summary>Where Docker and Compose mount secrets.</summary>
    public const string DockerSecrets = "/run/secrets";

    /// <summary>NAME → value of <c>--set NAME=VALUE</c>; may not hold secrets.</summary>
    public IReadOnlyDictionary<string, string> CommandLine { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment of this process.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>A <c>.env</c> file that must exist; null: <c>bot.env</c> in <see cref="SecretsDirectory"/> when it is there.</summary>
    public string? EnvFile { get; init; }

    public string SecretsDirectory { get; init; } = DockerSecrets;

    /// <summary>The environment of this process as it is now. The only place that reads it.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() =>
        System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
