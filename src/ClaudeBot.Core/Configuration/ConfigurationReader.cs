using ClaudeBot.Secrets;

namespace ClaudeBot.Configuration;

/// <summary>Makes a configuration of what the command line, files and environment say.</summary>
public static class ConfigurationReader
{
    /// <summary>
    /// Reads and checks every setting. It never throws for what an operator wrote: all faults are collected in the result,
    /// and <see cref="BotConfiguration.Check"/> throws them together.
    /// </summary>
    public static BotConfiguration Read(ConfigurationInputs inputs, SecretMask mask, TimeProvider time)
    {
        var faults = new List<ConfigurationFault>();
        var warnings = new List<ConfigurationFault>();
        var layers = new ConfigurationLayers(inputs, time);
        CheckCommandLine(inputs, faults);
        CheckFile(inputs.EnvFile, layers.EnvFile.Path, EnvFile.Read, "--env-file", name => SettingsCatalogue.UnknownName(name, ownFile: false), faults, warnings);
        OpenYamlFile(layers, faults, warnings);
        warnings.AddRange(inputs.Environment.Keys.Order(StringComparer.Ordinal).Select(name => SettingsCatalogue.UnknownName(name, ownFile: false)).OfType<ConfigurationFault>());

        var values = new Dictionary<Setting, ConfiguredValue>();
        foreach (var setting in SettingsCatalogue.All)
        {
            var found = layers.Find(setting);
            if (layers.NamedFile(setting) is { } path && Unreadable(path) is { } problem)
                faults.Add(new ConfigurationFault(setting.Name + "_FILE", problem, "Name a file that this user can read and that holds the value alone"));
            values[setting] = Value(setting, found, faults);
            if (setting.IsSecret && found is not null)
                mask.Register(found.Text);
        }

        return new BotConfiguration(values, layers, mask, faults, warnings);
    }

    private static ConfiguredValue Value(Setting setting, FoundValue? found, List<ConfigurationFault> faults)
    {
        if (found is null || setting.IsSecret)
            return new ConfiguredValue(found?.Text, setting.DefaultValue, found?.Origin ?? "default");
        // Settings of other programs are theirs to judge.
        if (setting.Use == SettingUse.Elsewhere)
            return new ConfiguredValue(found.Text, found.Text, found.Origin);
        try
        {
            return new ConfiguredValue(found.Text, setting.Parse(found.Text), found.Origin);
        }
        catch (FormatException error)
        {
            var parts = error.Message.Split("; ", 2);
            var remedy = parts[^1] is { Length: > 0 } text ? char.ToUpperInvariant(text[0]) + text[1..] : "";
            faults.Add(new ConfigurationFault(setting.Name, $"{parts[0]} (from {found.Origin})", remedy));
            return new ConfiguredValue(found.Text, setting.DefaultValue, found.Origin);
        }
    }

    private static void CheckCommandLine(ConfigurationInputs inputs, List<ConfigurationFault> faults)
    {
        foreach (var name in inputs.CommandLine.Keys)
        {
            if (SettingsCatalogue.Find(name) is { IsSecret: true })
                faults.Add(new ConfigurationFault(name, "a secret may not be given on the command line, where every user of the machine can read it", $"Put it in a file and name that in {name}_FILE"));
            else if (SettingsCatalogue.UnknownName(name, ownFile: true) is { } unknown)
                faults.Add(unknown);
        }
    }

    private static void OpenYamlFile(ConfigurationLayers layers, List<ConfigurationFault> faults, List<ConfigurationFault> warnings)
    {
        if (layers.Find(BotSettings.ConfigurationFile)?.Text is not { } path)
            return;
        CheckFile(path, path, YamlFile.Read, BotSettings.ConfigurationFile.Name, UnknownKey, faults, warnings);
        layers.UseYamlFile(path);
    }

    private static ConfigurationFault? UnknownKey(string key) =>
        SettingsCatalogue.FindByFileKey(key) is null ? SettingsCatalogue.UnknownName(key.ToUpperInvariant(), ownFile: true) is { } fault ? fault with { Key = key } : null : null;

    private static void CheckFile(
        string? named,
        string path,
        Func<string, string, (IReadOnlyDictionary<string, string> Values, IReadOnlyList<ConfigurationFault> Faults)> read,
        string key,
        Func<string, ConfigurationFault?> unknown,
        List<ConfigurationFault> faults,
        List<ConfigurationFault> warnings)
    {
        if (named is null && !File.Exists(path))
            return;
        if (Unreadable(path) is { } problem)
        {
            faults.Add(new ConfigurationFault(key, problem, "Name a file that this user can read"));
            return;
        }

        var (values, problems) = read(File.ReadAllText(path), path);
        faults.AddRange(problems);
        warnings.AddRange(values.Keys.Select(unknown).OfType<ConfigurationFault>());
    }

    private static string? Unreadable(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"the file {path} cannot be read ({(error is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : "no permission, or no file")})";
        }
    }
}
