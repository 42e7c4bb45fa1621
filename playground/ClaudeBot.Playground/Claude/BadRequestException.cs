using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>The client sent what the Messages API answers with 400 <c>invalid_request_error</c>.</summary>
internal sealed class BadRequestException(string message) : Exception(message)
{
    public static JsonObject ParseObject(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject ?? throw new BadRequestException("The body must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new BadRequestException($"The body is not JSON: {fault.Message}");
        }
    }
}
