namespace ClaudeBot.Secrets;

/// <summary>
/// Where one secret comes from. <see cref="Current"/> is asked at each use, so that a rotated file takes effect
/// without a restart. Never store the value: ask again.
/// </summary>
/// <param name="Name">The setting's name, as in <c>GITHUB_TOKEN</c>; safe to show.</param>
/// <param name="Read">Gives the value now, or null when it is not set.</param>
/// <param name="Mask">Learns each value that is given out.</param>
public sealed record SecretSource(string Name, Func<string?> Read, SecretMask Mask)
{
    /// <summary>The value now, trimmed; null when unset or blank.</summary>
    public string? Current()
    {
        var value = Read()?.Trim();
        if (string.IsNullOrEmpty(value))
            return null;
        Mask.Register(value);
        return value;
    }

    /// <summary>The value now.</summary>
    /// <exception cref="InvalidOperationException">It is not set; the message names the setting.</exception>
    public string Required() => Current() ?? throw new InvalidOperationException($"{Name} is not set.");

    public override string ToString() => Name;
}
