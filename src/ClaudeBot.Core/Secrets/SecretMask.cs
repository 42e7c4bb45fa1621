using System.Collections.Immutable;

namespace ClaudeBot.Secrets;

/// <summary>
/// Knows every live secret of this process and removes them from text that leaves it: log lines, transcripts,
/// comments, pages. Register a value as soon as it is read; a value stays registered after rotation, unless it has an end
/// of its own and is taken out after it.
/// </summary>
public sealed class SecretMask
{
    private const string Replacement = "***";
    internal const int ShortestSecret = 8;
    private ImmutableArray<string> _values = [];

    internal ImmutableArray<string> Values => _values;

    /// <summary>Adds a value to be masked. Values under 8 characters are ignored: they would mask ordinary words.</summary>
    public void Register(string? value)
    {
        var trimmed = value?.Trim() ?? "";
        if (trimmed.Length < ShortestSecret)
            return;

        ImmutableInterlocked.Update(
            ref _values,
            static (values, added) => values.Contains(added)
                ? values
                : [.. values.Append(added).OrderByDescending(v => v.Length)],
            trimmed);
    }

    /// <summary>Forgets a value that is good for nothing any more.</summary>
    public void Unregister(string value) => ImmutableInterlocked.Update(ref _values, static (values, gone) => values.Remove(gone), value.Trim());

    /// <summary>Gives the text with every registered value replaced by <c>***</c>.</summary>
    public string Mask(string text)
    {
        foreach (var value in _values)
            text = text.Replace(value, Replacement, StringComparison.Ordinal);
        return text;
    }
}
