using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>
/// What a coding agent asks beside its work: a title for the session, a summary of a long conversation, a probe of the
/// quota. Such requests offer no tools, and they leave the scenario where it is.
/// </summary>
internal static class SideRequests
{
    public static Answer Answer(Conversation conversation) =>
        Claude.Answer.Of(conversation, "side", 0, null, [Claude.Answer.Text(Text(conversation))]);

    private static string Text(Conversation conversation)
    {
        var title = conversation.Prompt.Split('\n')[0].Trim();
        title = title.Length > 60 ? title[..60] : title;
        var asked = conversation.System + conversation.Prompt;
        if (conversation.Request["output_config"]?["format"]?["schema"] is JsonObject schema)
            return Example(schema, title)!.ToJsonString();
        if (asked.Contains("isNewTopic", StringComparison.Ordinal))
            return new JsonObject { ["isNewTopic"] = true, ["title"] = title }.ToJsonString();
        if (conversation.System.Contains("title", StringComparison.OrdinalIgnoreCase))
            return new JsonObject { ["title"] = title }.ToJsonString();
        if (conversation.Prompt.Contains("summary", StringComparison.OrdinalIgnoreCase))
            return $"<summary>\nThe request was: {conversation.Prompts.LastOrDefault()}\n</summary>";
        return HomePage.Disclaimer;
    }

    /// <summary>The smallest value that a JSON schema allows, with the title where a string is wanted.</summary>
    private static JsonNode? Example(JsonObject schema, string title) => schema["enum"] is JsonArray { Count: > 0 } choices
        ? choices[0]?.DeepClone()
        : schema["type"]?.ToString() switch
        {
            "object" => new JsonObject((schema["properties"] as JsonObject ?? [])
                .Select(property => KeyValuePair.Create(property.Key, Example(property.Value as JsonObject ?? [], title)))),
            "array" => new JsonArray(),
            "boolean" => false,
            "integer" or "number" => 0,
            "null" => null,
            _ => title,
        };
}
