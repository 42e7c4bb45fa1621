using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClaudeBot.Playground.Claude;

/// <summary>Fills <c>{{name}}</c>, and <c>{{name|sh}}</c> quoted as one word for a POSIX shell.</summary>
internal sealed partial class Placeholders(Script script, Conversation conversation)
{
    private const int LongestResult = 600;

    public static readonly IReadOnlyDictionary<string, string> DefaultCaptures = new Dictionary<string, string>
    {
        ["issue.number"] = @"(?i)\bissue\b[^#\n]{0,60}#(\d+)|#(\d+)",
        ["issue.title"] = @"(?im)^\W*title\W+(.+?)\W*$|\bissue\b[^#\n]{0,60}#\d+\s*[:–—-]\s*(.+?)\s*$|<title>\s*(.+?)\s*</title>",
    };

    public static readonly IReadOnlyList<string> BuiltIn = ["cwd", "model", "prompt", "prompt.first_line", "tool_result"];

    public static IEnumerable<string> NamesIn(Scenario scenario) => scenario.Turns
        .SelectMany(turn => turn.Blocks)
        .SelectMany(block => block.Input.Values.SelectMany(Texts).Append(block.Text ?? ""))
        .SelectMany(text => Placeholder().Matches(text).Select(match => match.Groups["name"].Value));

    public string Fill(string text) => Placeholder().Replace(text, match =>
        match.Groups["shell"].Success ? ShellWord(Value(match.Groups["name"].Value)) : Value(match.Groups["name"].Value));

    /// <summary>YAML's scalars, lists and maps as JSON, with the placeholders of their strings filled.</summary>
    public JsonNode? Fill(object? value) => value switch
    {
        null => null,
        string text => Fill(text),
        bool flag => flag,
        IDictionary<object, object> map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key.ToString()!, Fill(pair.Value)))),
        IEnumerable<object> list => new JsonArray([.. list.Select(Fill)]),
        IConvertible number => JsonValue.Create(Convert.ToDecimal(number, System.Globalization.CultureInfo.InvariantCulture)),
        _ => Fill(value.ToString() ?? ""),
    };

    private string Value(string name) => name switch
    {
        "cwd" => conversation.WorkingDirectory,
        "model" => conversation.Model,
        "prompt" => conversation.Prompt,
        "prompt.first_line" => FirstLine(conversation.Prompt),
        "tool_result" => Shortened(conversation.ToolResult),
        _ => Captured(script.Captures[name]) ?? (name == "issue.number" ? "0" : FirstLine(conversation.Prompt)),
    };

    private string? Captured(string pattern) => conversation.Prompts
        .Select(prompt => Regex.Match(prompt, pattern))
        .Where(match => match.Success)
        .Select(match => match.Groups.Values.Skip(1).FirstOrDefault(group => group.Success)?.Value ?? match.Value)
        .FirstOrDefault();

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private static string Shortened(string text) => text.Length <= LongestResult ? text : text[..LongestResult] + " …";

    private static string ShellWord(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        IDictionary<object, object> map => map.Values.SelectMany(Texts),
        IEnumerable<object> list => list.SelectMany(Texts),
        _ => [],
    };

    [GeneratedRegex(@"\{\{\s*(?<name>[\w.]+)\s*(?<shell>\|\s*sh\s*)?\}\}")]
    private static partial Regex Placeholder();
}
