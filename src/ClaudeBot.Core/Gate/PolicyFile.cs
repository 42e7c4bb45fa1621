using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ClaudeBot.Gate;

/// <summary>Takes the values out of a policy file's mapping, and notes each fault with its key instead of stopping at the first.</summary>
internal sealed class PolicyFile(YamlMappingNode root)
{
    private readonly Dictionary<string, YamlNode> _values = root.Children
        .ToDictionary(pair => (pair.Key as YamlScalarNode)?.Value ?? pair.Key.ToString(), pair => pair.Value, StringComparer.Ordinal);

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>A string, or a list of strings; a blank one is a fault.</summary>
    public IReadOnlyList<string> List(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlScalarNode { Value: { } value } when !string.IsNullOrWhiteSpace(value):
                return [value.Trim()];
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode { Value: { } item } && !string.IsNullOrWhiteSpace(item)):
                return [.. list.Children.Cast<YamlScalarNode>().Select(c => c.Value!.Trim())];
            default:
                _faults.Add($"'{key}' must be a text or a list of texts");
                return [];
        }
    }

    /// <summary>As <see cref="List"/>, of patterns that <see cref="PathPatterns"/> understands.</summary>
    public IReadOnlyList<string> Paths(string key)
    {
        var patterns = List(key);
        _faults.AddRange(patterns.Select(PathPatterns.Fault).OfType<string>().Select(fault => $"'{key}': {fault}"));
        return patterns;
    }

    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return string.IsNullOrWhiteSpace(scalar.Value) ? null : scalar.Value.Trim();
            default:
                _faults.Add($"'{key}' must be a text");
                return null;
        }
    }

    public bool Flag(string key)
    {
        var text = Text(key);
        if (text is null or "true" or "false")
            return text == "true";
        _faults.Add($"'{key}' must be true or false, not '{text}'");
        return false;
    }

    /// <summary>One of a few words.</summary>
    public string? Choice(string key, params string[] words)
    {
        var text = Text(key);
        if (text is null || words.Contains(text, StringComparer.Ordinal))
            return text;
        _faults.Add($"'{key}' must be {string.Join(" or ", words)}, not '{text}'");
        return null;
    }

    /// <summary>A positive amount.</summary>
    public decimal? Amount(string key)
    {
        var text = Text(key);
        if (text is null)
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0)
            return amount;
        _faults.Add($"'{key}' must be a positive number of US dollars such as 2.50, not '{text}'");
        return null;
    }

    /// <summary>Positive amounts by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, decimal> Amounts(string key)
    {
        var amounts = new Dictionary<string, decimal>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, text) in Map(key))
        {
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0)
                amounts[name] = amount;
            else
                _faults.Add($"'{key}': '{name}' must be a positive number of US dollars such as 2.50, not '{text}'");
        }

        return amounts;
    }

    public IReadOnlyDictionary<string, string> Map(string key)
    {
        switch (Find(key))
        {
            case null:
                return new Dictionary<string, string>();
            case YamlMappingNode map when map.Children.All(pair => pair is { Key: YamlScalarNode { Value: not null }, Value: YamlScalarNode { Value: { } value } } && !string.IsNullOrWhiteSpace(value)):
                return map.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value!.Trim(), StringComparer.OrdinalIgnoreCase);
            default:
                _faults.Add($"'{key}' must be a mapping of texts");
                return new Dictionary<string, string>();
        }
    }

    /// <exception cref="FormatException">There were faults, or keys that nobody asked for; names them all.</exception>
    public void RequireFaultless()
    {
        var unknown = _values.Keys.Where(key => !_known.Contains(key)).Select(key => $"'{key}' is not known").ToList();
        if (unknown.Count > 0)
            unknown[^1] += $" (known: {string.Join(", ", _known)})";
        if (_faults.Count + unknown.Count > 0)
            throw new FormatException($"{RepositoryPolicy.Path}: {string.Join("; ", _faults.Concat(unknown))}.");
    }

    /// <summary>The key's value; null when it is not there or is empty.</summary>
    private YamlNode? Find(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key) is { } node && node is not YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "" or "~" or "null" } ? node : null;
    }
}
