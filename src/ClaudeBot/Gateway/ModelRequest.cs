using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ClaudeBot.Agents;

namespace ClaudeBot.Gateway;

/// <summary>What of a call's body the gateway acts on.</summary>
/// <param name="Model">Empty when the body names none.</param>
/// <param name="MaxTokens">The longest answer that it allows; the longest that a model gives where it says none.</param>
/// <param name="Bytes">Those that cost: of a picture no more than it can cost.</param>
/// <param name="ServerTools">What the service is to do by itself: <c>web_search</c>, <c>web_fetch</c>, <c>code_execution</c>, <c>mcp</c>, or the name of a tool that is not known to run at the agent.</param>
internal sealed partial record ModelRequest(string Model, long MaxTokens, IReadOnlyCollection<string> ServerTools, long WebSearches, int Bytes, bool OneHourCache)
{
    private const int LongestAnswer = 128_000;
    private const int LargestContext = 1_000_000;

    // Text of any language and code stay above two bytes a token.
    private const int LeastBytesPerToken = 2;

    // A picture costs by its pixels, which the service bounds, and not by its bytes: https://docs.claude.com/en/docs/build-with-claude/vision
    private const int MostTokensOfPicture = 5_000;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    // Tools that Anthropic defines and the agent runs, or that only look through the request itself.
    private static readonly string[] RunByAgent = ["custom", "bash", "text_editor", "computer", "memory", "tool_search_tool_regex", "tool_search_tool_bm25"];

    /// <summary>What the call may cost at worst, in US dollars.</summary>
    public decimal MostUsd => ModelPrices.MostUsd(Model, Math.Min(Bytes / LeastBytesPerToken, LargestContext), OneHourCache, Math.Min(MaxTokens, LargestContext), WebSearches);

    /// <summary>Reads a body; null when it is no JSON object that every reader would read in the same way.</summary>
    public static ModelRequest? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object ? Read(json.RootElement, body) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>True for a model of the list: by its name, with the date or the like of its version, or by a beginning that ends in <c>*</c>.</summary>
    public bool IsIn(IReadOnlyList<string> models) => models.Count == 0 || models.Any(model => model.EndsWith('*')
        ? Model.StartsWith(model[..^1], StringComparison.OrdinalIgnoreCase)
        : Version().Replace(Model, "").Equals(Version().Replace(model, ""), StringComparison.OrdinalIgnoreCase)
            && (!Version().IsMatch(model) || Model.Equals(model, StringComparison.OrdinalIgnoreCase)));

    private static ModelRequest Read(JsonElement root, ReadOnlyMemory<byte> body)
    {
        var asked = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var searches = 0L;
        foreach (var tool in Items(root, "tools"))
        {
            var kind = Date().Replace(Text(tool, "type") ?? "custom", "");
            if (!RunByAgent.Contains(kind, StringComparer.OrdinalIgnoreCase))
                asked.Add(kind == "mcp_toolset" ? "mcp" : kind);
            if (kind == "web_search")
                searches += Count(tool, "max_uses") ?? 10;
        }

        if (Items(root, "mcp_servers").Any())
            asked.Add("mcp");
        if (root.TryGetProperty("container", out var container) && container.ValueKind != JsonValueKind.Null)
            asked.Add("code_execution");
        if (Items(root, "system").Concat(Items(root, "messages")).Any(FetchesByAddress))
            asked.Add("web_fetch");
        return new ModelRequest(
            Text(root, "model") ?? "", Count(root, "max_tokens") ?? LongestAnswer, asked, searches, body.Length - TooMuch(root), body.Span.IndexOf("\"1h\""u8) >= 0);
    }

    // A picture or document by its address is fetched by the service: its path can carry anything out.
    private static bool FetchesByAddress(JsonElement block) =>
        block.ValueKind == JsonValueKind.Object
        && ((block.TryGetProperty("source", out var source) && (Text(source, "type") == "url" || Items(source, "content").Any(FetchesByAddress)))
            || Items(block, "content").Any(FetchesByAddress));

    // By how much the bytes of the pictures in it are more than the most that they can cost.
    private static int TooMuch(JsonElement root) => Items(root, "messages")
        .SelectMany(message => Items(message, "content"))
        .SelectMany(block => Items(block, "content").Prepend(block))
        .Where(block => Text(block, "type") == "image" && block.TryGetProperty("source", out var source) && Text(source, "type") == "base64")
        .Sum(block => Math.Max(0, JsonMarshal.GetRawUtf8Value(block).Length - (MostTokensOfPicture * LeastBytesPerToken)));

    private static JsonElement.ArrayEnumerator Items(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? count : null;

    [GeneratedRegex(@"_[0-9]{8}\z")]
    private static partial Regex Date();

    [GeneratedRegex(@"(-[0-9]{8}|-latest|@[0-9]{8}|\[[0-9a-z]+\])+\z")]
    private static partial Regex Version();
}
