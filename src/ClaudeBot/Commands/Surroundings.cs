using ClaudeBot.Configuration;

namespace ClaudeBot.Commands;

/// <summary>What a verb sees of the world outside; tests give their own.</summary>
public sealed record Surroundings
{
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string SecretsDirectory { get; init; } = ConfigurationInputs.DockerSecrets;

    /// <summary>True when <see cref="Out"/> is a terminal that a person looks at.</summary>
    public bool IsTerminal { get; init; }

    public static Surroundings OfThisProcess() => new()
    {
        Environment = ConfigurationInputs.ProcessEnvironment(),
        Out = Console.Out,
        Error = Console.Error,
        IsTerminal = !Console.IsOutputRedirected,
    };
}
