using System.Collections.Concurrent;
using ClaudeBot.Secrets;

namespace ClaudeBot.Configuration;

/// <summary>A setting's value: as written, as read, and where it was found.</summary>
/// <param name="Text">As written; null when the default holds. A secret's is not for showing.</param>
public sealed record ConfiguredValue(string? Text, object? Value, string Origin);

/// <summary>The configuration of one start of the program. Secrets alone may change while it runs.</summary>
public sealed class BotConfiguration
{
    private readonly IReadOnlyDictionary<Setting, ConfiguredValue> _values;
    private readonly ConfigurationLayers _layers;
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);

    internal BotConfiguration(
        IReadOnlyDictionary<Setting, ConfiguredValue> values,
        ConfigurationLayers layers,
        SecretMask mask,
        IReadOnlyList<ConfigurationFault> faults,
        IReadOnlyList<ConfigurationFault> warnings)
    {
        (_values, _layers, Mask, Faults, Warnings) = (values, layers, mask, faults, warnings);
    }

    public SecretMask Mask { get; }

    /// <summary>Faults in what is written; what a verb needs and is missing comes from <see cref="Requirements"/>.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }

    /// <summary>Names that are probably misspelt.</summary>
    public IReadOnlyList<ConfigurationFault> Warnings { get; }

    /// <summary>Names of the settings that the program asked for so far; the documentation's claims are tested with it.</summary>
    public IReadOnlyCollection<string> Asked => [.. _asked.Keys];

    public T Get<T>(Setting<T> setting)
    {
        _asked[setting.Name] = true;
        return (T)_values[setting].Value!;
    }

    /// <summary>A source that looks in files and environment at each use.</summary>
    public SecretSource Secret(SecretSetting setting)
    {
        _asked[setting.Name] = true;
        return new SecretSource(setting.Name, () => _layers.Find(setting)?.Text, Mask);
    }

    /// <summary>True when the operator wrote a value.</summary>
    public bool IsSet(Setting setting) => _values[setting].Text is not null;

    /// <summary>Where the value was found: <c>default</c>, <c>environment</c>, a file, <c>command line</c>.</summary>
    public string Origin(Setting setting) => _values[setting].Origin;

    /// <summary>The value for people: as it is obeyed, secrets masked.</summary>
    public string Shown(Setting setting) =>
        setting.IsSecret ? SecretText.Masked(_values[setting].Text) : _values[setting].Text ?? setting.DefaultText;

    /// <summary>Throws everything that is wrong for a program that needs <paramref name="needs"/>.</summary>
    /// <exception cref="ConfigurationException">At least one fault.</exception>
    public void Check(ConfigurationNeeds needs)
    {
        var faults = FaultsFor(needs);
        if (faults.Count > 0)
            throw new ConfigurationException(faults);
    }

    /// <summary>All faults, and what is missing.</summary>
    public IReadOnlyList<ConfigurationFault> FaultsFor(ConfigurationNeeds needs) => [.. Faults, .. Requirements.Missing(this, needs)];
}
