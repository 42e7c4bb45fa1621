using System.Text.Json.Nodes;

namespace ClaudeBot.Playground.Claude;

/// <summary>Tokens as the Messages API reports them; counted from sizes, four bytes of JSON for a token.</summary>
public sealed record TokenUsage(int InputTokens, int CacheCreationTokens, int CacheReadTokens, int OutputTokens)
{
    private const int BytesPerToken = 4;

    /// <summary>
    /// With cache marks in the request, what was sent before the newest answer counts as read from the cache, what came
    /// after it as written, and the newest block as plain input. Without marks all of it is plain input.
    /// </summary>
    internal static TokenUsage Of(Conversation conversation, int outputTokens)
    {
        var total = Count(conversation.Size);
        if (!conversation.IsCached)
            return new(total, 0, 0, outputTokens);
        var plain = Math.Min(total, Count(conversation.NewestBlockSize));
        var read = Math.Min(total - plain, Count(conversation.SizeBeforeNewestAnswer));
        return new(plain, total - plain - read, read, outputTokens);
    }

    internal static int Count(int bytes) => (bytes + BytesPerToken - 1) / BytesPerToken;

    internal JsonObject ToJson() => new()
    {
        ["input_tokens"] = InputTokens,
        ["cache_creation_input_tokens"] = CacheCreationTokens,
        ["cache_read_input_tokens"] = CacheReadTokens,
        ["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = CacheCreationTokens,
            ["ephemeral_1h_input_tokens"] = 0,
        },
        ["output_tokens"] = OutputTokens,
        ["service_tier"] = "standard",
    };
}
