using System.CommandLine;
using ClaudeBot.Configuration;
using ClaudeBot.Secrets;

namespace ClaudeBot.Commands;

/// <summary>Options that every verb takes, and the configuration made of them.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "A setting for this run, as NAME=VALUE; may be repeated. Not for secrets.",
        HelpName = "NAME=VALUE",
        Recursive = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _envFile = new("--env-file")
    {
        Description = "A .env file; without it /run/secrets/bot.env when it is there.",
        HelpName = "FILE",
        Recursive = true,
    };

    public GlobalOptions() => _set.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
            result.AddError($"--set takes NAME=VALUE; '{token.Value.Split('=')[0]}' is not of that form.");
    });

    /// <summary>Knows every secret that was read; for what is printed after a fault.</summary>
    public SecretMask Mask { get; } = new();

    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON with stable field names." };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(_set);
        root.Options.Add(_envFile);
    }

    public BotConfiguration Read(ParseResult parsed, Surroundings surroundings) => Read(parsed, surroundings, []);

    /// <param name="ofTheVerb">Settings that the verb's own options give; they win over <c>--set</c>.</param>
    public BotConfiguration Read(ParseResult parsed, Surroundings surroundings, IEnumerable<(Setting Setting, string? Value)> ofTheVerb) => ConfigurationReader.Read(
        new ConfigurationInputs
        {
            CommandLine = parsed.GetValue(_set)!.Select(pair => pair.Split('=', 2)).Select(pair => (Name: pair[0], Value: pair[1]))
                .Concat(ofTheVerb.Where(pair => pair.Value is not null).Select(pair => (pair.Setting.Name, Value: pair.Value!)))
                .GroupBy(pair => pair.Name, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.Ordinal),
            Environment = surroundings.Environment,
            EnvFile = parsed.GetValue(_envFile),
            SecretsDirectory = surroundings.SecretsDirectory,
        },
        Mask,
        surroundings.Time);

    /// <summary>The configuration, refused when it has a fault or lacks what the verb needs.</summary>
    public BotConfiguration ReadChecked(ParseResult parsed, Surroundings surroundings, ConfigurationNeeds needs) =>
        Checked(Read(parsed, surroundings), surroundings, needs);

    /// <summary>Tells the warnings of a configuration, and refuses it when it has a fault.</summary>
    public static BotConfiguration Checked(BotConfiguration configuration, Surroundings surroundings, ConfigurationNeeds needs)
    {
        foreach (var warning in configuration.Warnings)
            surroundings.Error.WriteLine($"WARNING configuration: {warning}");
        configuration.Check(needs);
        return configuration;
    }
}
