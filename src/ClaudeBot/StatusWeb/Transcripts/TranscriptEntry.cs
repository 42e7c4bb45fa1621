using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeBot.StatusWeb.Transcripts;

/// <summary>Something that was said or done in an agent's run.</summary>
/// <param name="Kind"><c>agent</c> (its words), <c>thought</c>, <c>tool</c> (what it asked for), <c>result</c>, <c>failure</c> (of a tool), <c>note</c>, <c>end</c>.</param>
/// <param name="Title">A tool's name, or what a note is about; empty for words.</param>
public sealed record TranscriptEntry(string Kind, string Title, string Text)
{
    private const int Longest = 4_000;

    /// <summary>
    /// The entries of a line, in the forms of Claude Code's <c>stream-json</c> and of the built-in agent. A line of another
    /// form is an entry too.
    /// </summary>
    public static IEnumerable<TranscriptEntry> OfLine(string line)
    {
        try
        {
            return JsonNode.Parse(line) is JsonObject said ? [.. OfObject(said)] : [Note("", line)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return [Note("", line)];
        }
    }

    private static IEnumerable<TranscriptEntry> OfObject(JsonObject said)
    {
        var content = (said["message"] as JsonObject)?["content"] ?? said["content"];
        switch (Words(said["type"]))
        {
            case "assistant" or "user" when content is JsonArray blocks:
                return blocks.OfType<JsonObject>().Select(OfBlock);
            case "assistant" or "user" when content is JsonValue words:
                return [new TranscriptEntry("agent", "", Short(words.ToString()))];
            case "system":
                return [Note(Words(said["subtype"]), $"{Words(said["model"])} {Words(said["claude_code_version"])}".Trim())];
            case "result":
                return [new TranscriptEntry("end", Words(said["subtype"]), Short(Words(said["result"])))];
            case "raw":
                return [Note("", Words(said["text"]))];
            default:
                return [Note(Words(said["type"]), Words(said["text"]))];
        }
    }

    private static TranscriptEntry OfBlock(JsonObject block) => Words(block["type"]) switch
    {
        "text" => new TranscriptEntry("agent", "", Short(Words(block["text"]))),
        "thinking" => new TranscriptEntry("thought", "", Short(Words(block["thinking"]))),
        "tool_use" => new TranscriptEntry("tool", Words(block["name"]), Short(Asked(block["input"]))),
        "tool_result" => new TranscriptEntry(Words(block["is_error"]) == "true" ? "failure" : "result", "", Short(Result(block["content"]))),
        var other => Note(other, ""),
    };

    private static TranscriptEntry Note(string title, string text) => new("note", title, Short(text));

    private static string Asked(JsonNode? input) =>
        input is JsonObject members ? string.Join('\n', members.Select(member => $"{member.Key}: {Words(member.Value)}")) : Words(input);

    private static string Result(JsonNode? content) =>
        content is JsonArray parts ? string.Join('\n', parts.Select(part => part is JsonObject block ? Words(block["text"]) : Words(part))) : Words(content);

    private static string Words(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value => value.ToString(),
        _ => node.ToJsonString(),
    };

    private static string Short(string text) => text.Length <= Longest ? text : text[..Longest] + $"… ({text.Length - Longest} more characters)";
}
