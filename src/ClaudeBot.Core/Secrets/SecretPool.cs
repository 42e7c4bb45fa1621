namespace ClaudeBot.Secrets;

/// <summary>Secrets of one kind, any of which will do: a list in one setting, or else the one of another. Asked at each use, as <see cref="SecretSource"/>.</summary>
/// <param name="Several">Separated by commas or line ends; null: there is no such setting.</param>
/// <param name="One">Counts when <paramref name="Several"/> is not set.</param>
public sealed record SecretPool(SecretSource? Several, SecretSource One)
{
    private static readonly char[] Separators = [',', '\n', '\r'];

    /// <summary>The setting that counts now; safe to show.</summary>
    public string Name => Several?.Current() is null ? One.Name : Several.Name;

    /// <summary>The values now, without doubles, in the order in which they are written; each is masked from now on.</summary>
    public IReadOnlyList<string> Current()
    {
        if (Several?.Current() is not { } list)
            return One.Current() is { } one ? [one] : [];
        var values = list.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var value in values)
            Several.Mask.Register(value);
        return values;
    }

    /// <summary>The values now.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message names the setting.</exception>
    public IReadOnlyList<string> Required() => Current() is { Count: > 0 } values ? values : throw new InvalidOperationException($"{Name} is not set.");

    public override string ToString() => Name;
}
