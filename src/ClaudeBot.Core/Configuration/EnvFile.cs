using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Configuration;

/// <summary>
/// Reads a <c>.env</c> file by the rules of Docker Compose that both of its major versions share: <c>NAME=value</c>,
/// optional <c>export</c>, whole-line comments, comments after a blank and <c>#</c>, single quotes (literal), double
/// quotes (with <c>\n \r \t \" \\</c>). Nothing is substituted and nothing is executed.
/// </summary>
public static partial class EnvFile
{
    /// <summary>Reads the text; a later line wins. Lines that are no assignment are faults, named by line number only.</summary>
    public static (IReadOnlyDictionary<string, string> Values, IReadOnlyList<ConfigurationFault> Faults) Read(string text, string file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var faults = new List<ConfigurationFault>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            var match = Assignment().Match(line);
            if (!match.Success || Unquote(match.Groups["value"].Value) is not { } value)
                faults.Add(new ConfigurationFault($"{file}:{i + 1}", "the line is not NAME=value", "Write NAME=value, close its quotes, or start the line with #"));
            else
                values[match.Groups["name"].Value] = value;
        }

        return (values, faults);
    }

    private static string? Unquote(string text)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\''))
            return text.StartsWith('#') ? "" : Comment().Replace(text, "").Trim();

        var quote = text[0];
        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == quote)
                return value.ToString();
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length)
                value.Append(text[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            else
                value.Append(text[i]);
        }

        return null;
    }

    [GeneratedRegex(@"\A(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?<value>.*)\z")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\s#.*\z")]
    private static partial Regex Comment();
}
