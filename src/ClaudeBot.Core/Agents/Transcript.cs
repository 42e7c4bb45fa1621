using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// Keeps a run as one JSON value a line, appended, without secrets: each string of a line is masked by itself, so that
/// JSON's escapes cannot hide one. What is no JSON becomes <c>{"type":"raw","text":…}</c>.
/// </summary>
internal sealed class Transcript(string path, SecretMask mask) : IDisposable
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };

    /// <summary>Writes a line and gives it back parsed and masked; null when it is no JSON object.</summary>
    public JsonObject? Write(string line)
    {
        var masked = Parsed(line) is { } node ? Masked(node) : null;
        _file.WriteLine((masked ?? new JsonObject { ["type"] = "raw", ["text"] = mask.Mask(line) }).ToJsonString(Plain));
        return masked as JsonObject;
    }

    public void Write(JsonObject line) => Write(line.ToJsonString());

    public void Dispose() => _file.Dispose();

    private static JsonNode? Parsed(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private JsonNode? Masked(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(mask.Mask(pair.Key), Masked(pair.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Masked)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => mask.Mask(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };
}
