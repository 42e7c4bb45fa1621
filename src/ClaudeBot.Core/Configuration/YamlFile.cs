using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ClaudeBot.Configuration;

/// <summary>Reads the file named by <c>BOT_CONFIG_FILE</c>: one flat mapping; a list becomes a text with commas. JSON is YAML too.</summary>
public static class YamlFile
{
    /// <summary>Gives the file's entries as written. Entries that are neither a text nor a list of texts are faults.</summary>
    public static (IReadOnlyDictionary<string, string> Values, IReadOnlyList<ConfigurationFault> Faults) Read(string text, string file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            // The parser's own message may quote the text, which may be a secret.
            return (values, [new ConfigurationFault(At(file, error.Start.Line), "it is not valid YAML", "Correct the syntax at this line")]);
        }

        if (stream.Documents.Count == 0)
            return (values, []);
        if (stream.Documents[0].RootNode is not YamlMappingNode root)
            return (values, [new ConfigurationFault(file, "it is not a mapping", "Write one 'key: value' on each line")]);

        var faults = new List<ConfigurationFault>();
        foreach (var (key, node) in root.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || Value(node) is not { } value)
                faults.Add(new ConfigurationFault(At(file, key.Start.Line), "its value is neither a text nor a list of texts", "Write 'key: value' or a list"));
            else
                values[name] = value;
        }

        return (values, faults);
    }

    private static string? Value(YamlNode node) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "~" or "null" } => "",
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list when list.All(entry => entry is YamlScalarNode) => string.Join(',', list.Cast<YamlScalarNode>().Select(entry => entry.Value)),
        _ => null,
    };

    private static string At(string file, long line) => string.Create(CultureInfo.InvariantCulture, $"{file}:{line}");
}
