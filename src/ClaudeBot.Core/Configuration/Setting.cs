namespace ClaudeBot.Configuration;

/// <summary>What becomes of a setting's value.</summary>
public enum SettingUse
{
    /// <summary>The program obeys it.</summary>
    Obeyed,

    /// <summary>Read and checked, so that one configuration file serves this and later versions; nothing acts on it yet.</summary>
    Planned,

    /// <summary>For another program beside this one: Compose, an image, the target project. Known here so that it gives no warning.</summary>
    Elsewhere,
}

/// <summary>One setting of the program: everything that validation, help and the documentation say about it.</summary>
public abstract record Setting(string Name, string Meaning)
{
    /// <summary>The domain that obeys it, for the headings of the documentation.</summary>
    public required string Room { get; init; }

    public SettingUse Use { get; init; } = SettingUse.Obeyed;

    /// <summary>A credential: masked wherever it is shown, refused on the command line, read again when its file changes.</summary>
    public virtual bool IsSecret => false;

    /// <summary>Other spellings in the configuration file, as <c>data_dir</c> for <c>BOT_DATA_DIR</c>.</summary>
    public IReadOnlyList<string> FileAliases { get; init; } = [];

    /// <summary>The spelling in the configuration file: the name in lower case, or the first alias.</summary>
    public string FileKey => FileAliases is [var first, ..] ? first : Name.ToLowerInvariant();

    /// <summary>What values it takes, for people: <c>whole number, 1 to 64</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The default as one would write it; empty when there is none.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Reads a value that is not blank.</summary>
    /// <exception cref="FormatException">Its message says what is wrong; what to write, with a semicolon between.</exception>
    internal abstract object Parse(string text);

    /// <summary>The typed default.</summary>
    internal abstract object? DefaultValue { get; }
}

/// <summary>A setting of type <typeparamref name="T"/>.</summary>
public sealed record Setting<T>(string Name, SettingKind<T> Of, T Default, string Meaning) : Setting(Name, Meaning)
{
    public override string Kind => Of.Description;

    public override string DefaultText => Default is null ? "" : Of.Write(Default);

    internal override object? DefaultValue => Default;

    internal override object Parse(string text) => Of.Read(text)!;
}

/// <summary>A credential; its value is reached only through <see cref="BotConfiguration.Secret"/>.</summary>
public sealed record SecretSetting(string Name, string Meaning) : Setting(Name, Meaning)
{
    public override bool IsSecret => true;

    public override string Kind => "secret";

    public override string DefaultText => "";

    internal override object? DefaultValue => null;

    internal override object Parse(string text) => text;
}
