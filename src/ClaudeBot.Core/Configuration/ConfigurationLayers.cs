namespace ClaudeBot.Configuration;

/// <summary>A value as text and where it was found.</summary>
internal sealed record FoundValue(string Text, string Origin);

/// <summary>
/// The places a value can come from. Ordinary settings: command line, NAME_FILE, environment, <c>.env</c> file,
/// configuration file. Secrets: NAME_FILE, secrets folder, <c>.env</c> file, environment, configuration file: the
/// environment of a container is frozen when it is made, so that for secrets the files, which can be rotated, come first;
/// for the rest the environment comes first, since Compose gives two containers different values beside one file.
/// A blank value counts as none, as Compose hands on unset variables.
/// </summary>
internal sealed class ConfigurationLayers(ConfigurationInputs inputs, TimeProvider time)
{
    private readonly SecretFolder _folder = new(inputs.SecretsDirectory, time);
    private readonly Dictionary<string, LiveFile<string>> _namedFiles = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>The <c>.env</c> file; where none was named, the mounted one, which may also appear later.</summary>
    public LiveFile<IReadOnlyDictionary<string, string>> EnvFile { get; } = new(
        inputs.EnvFile ?? Path.Combine(inputs.SecretsDirectory, "bot.env"),
        text => Configuration.EnvFile.Read(text, "").Values,
        time);

    /// <summary>The YAML file, set once its name is known.</summary>
    public LiveFile<IReadOnlyDictionary<string, string>>? YamlFile { get; private set; }

    public void UseYamlFile(string path) => YamlFile = new LiveFile<IReadOnlyDictionary<string, string>>(path, text => Configuration.YamlFile.Read(text, "").Values, time);

    /// <summary>Where the setting's value comes from now; null when it is not set.</summary>
    public FoundValue? Find(Setting setting) =>
        setting.IsSecret
            ? FromNamedFile(setting) ?? FromFolder(setting) ?? FromEnvFile(setting.Name) ?? FromEnvironment(setting.Name) ?? FromYaml(setting)
            : FromCommandLine(setting.Name) ?? FromNamedFile(setting) ?? FromEnvironment(setting.Name) ?? FromEnvFile(setting.Name) ?? FromYaml(setting);

    /// <summary>The path in NAME_FILE; null when it is not set. <c>BOT_CONFIG_FILE</c> is a setting and names no file of a <c>BOT_CONFIG</c>.</summary>
    public string? NamedFile(Setting setting)
    {
        var name = setting.Name + "_FILE";
        return (FromCommandLine(name) ?? FromEnvironment(name) ?? FromEnvFile(name))?.Text
            ?? Yaml(name) ?? Yaml(name.ToLowerInvariant());
    }

    private FoundValue? FromNamedFile(Setting setting)
    {
        if (NamedFile(setting) is not { } path)
            return null;
        LiveFile<string>? file;
        lock (_lock)
        {
            if (!_namedFiles.TryGetValue(path, out file))
                _namedFiles[path] = file = new LiveFile<string>(path, text => text, time);
        }

        return Found(file.Current(), $"file {path}");
    }

    private FoundValue? FromFolder(Setting setting) => _folder.Find(setting.Name) is { } found ? Found(found.Value, $"file {found.File}") : null;

    private FoundValue? FromCommandLine(string name) => Found(inputs.CommandLine.GetValueOrDefault(name), "command line");

    private FoundValue? FromEnvironment(string name) => Found(inputs.Environment.GetValueOrDefault(name), "environment");

    private FoundValue? FromEnvFile(string name) => Found(EnvFile.Current()?.GetValueOrDefault(name), EnvFile.Path);

    private FoundValue? FromYaml(Setting setting) =>
        setting.FileAliases.Append(setting.Name.ToLowerInvariant()).Append(setting.Name)
            .Select(key => Found(Yaml(key), YamlFile?.Path ?? "")).FirstOrDefault(found => found is not null);

    private string? Yaml(string key) => YamlFile?.Current()?.GetValueOrDefault(key) is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    private static FoundValue? Found(string? text, string origin) =>
        string.IsNullOrWhiteSpace(text) ? null : new FoundValue(text.Trim(), origin);
}
