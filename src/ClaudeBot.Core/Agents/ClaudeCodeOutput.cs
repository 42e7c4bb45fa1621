using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Secrets;

namespace ClaudeBot.Agents;

/// <summary>
/// Reads Claude Code's <c>stream-json</c> line by line: events go out, the transcript is kept, the result is remembered.
/// The fields are those of the pinned version; an unknown kind of line is kept and otherwise ignored.
/// </summary>
internal sealed class ClaudeCodeOutput(Transcript transcript, SecretMask mask, AgentClock clock, AgentRequest request)
{
    private readonly AgentVoice _voice = new(mask, request.OnEvent);

    /// <summary>The session that the CLI says it is in.</summary>
    public string? Session { get; private set; }

    /// <summary>The last <c>result</c> line.</summary>
    public JsonObject? Result { get; private set; }

    /// <summary>By the CLI's own count; 0 when it gave none.</summary>
    public int Turns => Result?["num_turns"] is JsonValue number && number.TryGetValue<int>(out var turns) ? Math.Max(turns, 0) : 0;

    /// <summary>The CLI's own figure, in US dollars; 0 when it gave none.</summary>
    public decimal CostUsd => Result?["total_cost_usd"] is JsonValue number && number.TryGetValue<decimal>(out var usd) ? Math.Max(usd, 0) : 0;

    public void Read(string line)
    {
        clock.Beat();
        if (transcript.Write(line) is not { } message)
            return;
        Note(Text(message["session_id"]));
        switch (Text(message["type"]))
        {
            case "system":
                System(message);
                break;
            case "assistant" or "user":
                foreach (var block in Blocks((message["message"] as JsonObject)?["content"]))
                    Block(block);
                break;
            case "result":
                Result = message;
                clock.ResultSeen();
                _voice.Say("result", Text(message["result"]) ?? Errors(message));
                break;
        }
    }

    /// <summary>The words of a result that has no text: its errors, or its kind.</summary>
    public static string Errors(JsonObject result) => result["errors"] is JsonArray { Count: > 0 } errors
        ? string.Join("; ", errors.Select(error => Text(error) ?? error?.ToJsonString()))
        : Text(result["subtype"]) ?? "no result";

    private void Note(string? session)
    {
        if (session is null || session == Session)
            return;
        Session = session;
        request.OnSession?.Invoke(session);
    }

    private void System(JsonObject message)
    {
        switch (Text(message["subtype"]))
        {
            case "init":
                _voice.Say("started", $"Claude Code {Text(message["claude_code_version"])}, {Text(message["model"])}");
                break;
            case "api_retry":
                _voice.Say("text", $"The model could not answer ({Text(message["error"])}); trying again, {message["attempt"]} of {message["max_retries"]}.");
                break;
        }
    }

    private void Block(JsonObject block)
    {
        switch (Text(block["type"]))
        {
            case "text":
                _voice.Say("text", Text(block["text"]) ?? "");
                break;
            case "tool_use":
                _voice.Say("tool", $"{Text(block["name"])}: {Subject(block["input"] as JsonObject)}");
                break;
            case "tool_result":
                _voice.Say("tool_result", Text(block["content"]) ?? string.Join('\n', Blocks(block["content"]).Select(part => Text(part["text"]))));
                break;
        }
    }

    /// <summary>What a tool is used on, in one line.</summary>
    private string Subject(JsonObject? input) =>
        Text(input?["command"])
        ?? (Text(input?["file_path"]) is { Length: > 0 } path && !path.Contains('\0', StringComparison.Ordinal) ? Path.GetRelativePath(request.WorkTree, path) : null)
        ?? Text(input?["pattern"]) ?? Text(input?["description"]) ?? "";

    private static IEnumerable<JsonObject> Blocks(JsonNode? content) => (content as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
}
