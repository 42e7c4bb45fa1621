using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeBot.StatusWeb.Api;

/// <summary>
/// JSON that a caller sent. It is looked at whole, because System.Text.Json finds a name that stands twice, and half a
/// surrogate pair, only where somebody reads it, which would be a page for somebody else.
/// </summary>
internal static class CallersJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The body's JSON; null for an empty body and for the word null.</summary>
    /// <exception cref="JsonException">It is no JSON, or none that can be read throughout.</exception>
    public static async Task<JsonNode?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Strict);
            ReadThrough(json);
            return json;
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("It holds text that is not Unicode.", fault);
        }
    }

    private static void ReadThrough(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, member) in members)
                    ReadThrough(member);
                break;
            case JsonArray items:
                foreach (var item in items)
                    ReadThrough(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
