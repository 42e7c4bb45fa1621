namespace ClaudeBot.Configuration;

/// <summary>Something wrong with one setting.</summary>
/// <param name="Key">The setting, as the operator wrote it.</param>
/// <param name="Problem">What is wrong; never holds a secret.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ConfigurationFault(string Key, string Problem, string Remedy)
{
    public override string ToString() => $"{Key}: {Problem}. {Remedy}.";
}

/// <summary>The configuration cannot be used; holds every fault, not only the first.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationFault> faults)
    : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;
}
