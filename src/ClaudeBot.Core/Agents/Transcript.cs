using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// Keeps a run as one JSON value a line, appended, without secrets: each string of a line is masked by itself, so that
/// JSON's escapes cannot hide one. What is no JSON becomes <c>{"type":"raw","text":…}</c>. What an agent prints may come from
/// anything that it runs: no line is a fault.
/// </summary>
internal sealed partial class Transcript(string path, SecretMask mask) : IDisposable
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What it holds at most: an agent can print for as long as it runs.</summary>
    public long MostCharacters { get; init; } = 256L << 20;

    private readonly StreamWriter _file = new(path, append: true) { AutoFlush = true };
    private long _written;
    private bool _isFull;

    /// <summary>Writes a line and gives it back parsed and masked; null when it is no JSON object.</summary>
    public JsonObject? Write(string line)
    {
        var masked = ParsedAndMasked(line);
        Keep((masked ?? new JsonObject { ["type"] = "raw", ["text"] = mask.Mask(line) }).ToJsonString(Plain));
        return masked as JsonObject;
    }

    public void Write(JsonObject line) => Write(line.ToJsonString());

    public void Dispose() => _file.Dispose();

    private void Keep(string line)
    {
        if (_isFull)
            return;
        _written += line.Length + 1;
        _isFull = _written > MostCharacters;
        _file.WriteLine(_isFull ? """{"type":"raw","text":"The transcript ends here: it is as long as it may be."}""" : line);
    }

    // A program that cuts a text in the middle of a character writes half of it, which no string can hold.
    private JsonNode? ParsedAndMasked(string line)
    {
        try
        {
            return Masked(JsonNode.Parse(HalfCharacter().Replace(line, @"\ufffd"), documentOptions: Strict));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private JsonNode? Masked(JsonNode? node) => node switch
    {
        // Names that are one when they are masked: the last of them stays.
        JsonObject map => new JsonObject(map.GroupBy(pair => mask.Mask(pair.Key)).Select(same => KeyValuePair.Create(same.Key, Masked(same.Last().Value)))),
        JsonArray list => new JsonArray([.. list.Select(Masked)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => mask.Mask(value.GetValue<string>()),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex(@"(?<=(?:^|[^\\])(?:\\\\)*)(?:(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F]))")]
    private static partial Regex HalfCharacter();
}
