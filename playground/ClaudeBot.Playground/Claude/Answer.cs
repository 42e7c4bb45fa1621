using System.Text;
using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>An assistant message that is ready to be sent.</summary>
internal sealed record Answer(string Scenario, int Turn, Fault? Fault, IReadOnlyList<JsonObject> Blocks, string Model, TokenUsage Usage)
{
    public string Id { get; } = $"msg_{Guid.NewGuid():N}";

    public string StopReason => Blocks.Any(block => block["type"]!.ToString() == "tool_use") ? "tool_use" : "end_turn";

    public static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    public static JsonObject ToolUse(string name, JsonNode? input) => new()
    {
        ["type"] = "tool_use",
        ["id"] = $"toolu_{Guid.NewGuid():N}",
        ["name"] = name,
        ["input"] = input,
    };

    public static Answer Of(Conversation conversation, string scenario, int turn, Fault? fault, IReadOnlyList<JsonObject> blocks) =>
        new(scenario, turn, fault, blocks, conversation.Model, TokenUsage.Of(
            conversation, TokenUsage.Count(blocks.Sum(block => Encoding.UTF8.GetByteCount(block.ToJsonString())))));

    /// <summary>The message as the API gives it without streaming.</summary>
    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = Model,
        ["content"] = new JsonArray([.. Blocks.Select(block => block.DeepClone())]),
        ["stop_reason"] = StopReason,
        ["stop_sequence"] = null,
        ["usage"] = Usage.ToJson(),
    };
}
