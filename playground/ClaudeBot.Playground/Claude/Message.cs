using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>One message of a request, with what its blocks say.</summary>
internal sealed class Message(JsonObject message)
{
    // What Claude Code puts into user messages on its own account.
    private static readonly string[] AddedBeginnings = ["<system-reminder>", "<task-notification>", "[Request interrupted"];

    private readonly List<JsonObject> _blocks = Blocks(message["content"]);

    public string Role { get; } = message["role"]?.ToString() ?? throw new BadRequestException("messages: role: Field required");

    public int Size { get; } = Encoding.UTF8.GetByteCount(message.ToJsonString());

    public int NewestBlockSize => _blocks.Count == 0 ? 0 : Encoding.UTF8.GetByteCount(_blocks[^1].ToJsonString());

    public string AllText => string.Join('\n', Texts);

    public string SpokenText => string.Join('\n', Texts.Where(text =>
        !AddedBeginnings.Any(beginning => text.TrimStart().StartsWith(beginning, StringComparison.Ordinal)))).Trim();

    public IReadOnlyList<(string Text, bool IsError)> Results { get; } = [.. Blocks(message["content"])
        .Where(block => block["type"]?.ToString() == "tool_result")
        .Select(block => (
            string.Join('\n', Blocks(block["content"]).Select(part => part["text"]?.ToString()).OfType<string>()),
            block["is_error"]?.GetValue<bool>() ?? false))];

    public IEnumerable<string> Images => _blocks
        .SelectMany(block => Blocks(block["content"]).Prepend(block))
        .Where(block => block["type"]?.ToString() == "image")
        .Select(block => Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(block["source"]?["data"]?.ToString() ?? ""))));

    private IEnumerable<string> Texts => _blocks
        .Where(block => block["type"]?.ToString() == "text").Select(block => block["text"]?.ToString() ?? "");

    /// <summary>Content is a string or a list of blocks; both come out as blocks.</summary>
    public static List<JsonObject> Blocks(JsonNode? content) => content switch
    {
        JsonArray blocks => [.. blocks.OfType<JsonObject>()],
        JsonValue text => [new JsonObject { ["type"] = "text", ["text"] = text.ToString() }],
        _ => [],
    };
}
