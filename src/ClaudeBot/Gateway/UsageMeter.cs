using System.Buffers;
using System.Text.Json;
using ClaudeBot.Runs;

namespace ClaudeBot.Gateway;

/// <summary>
/// Reads the token counts out of one answer of the Messages API while it passes: from <c>message_start</c> and
/// <c>message_delta</c> of a stream (whose figures are cumulative), or from a plain JSON message. Bytes come in pieces
/// of any size; nothing is held back and what cannot be read is passed over.
/// </summary>
internal sealed class UsageMeter(bool isStream)
{
    private const int LongestKept = 8 * 1024 * 1024;
    private const int CharactersPerToken = 4;
    private readonly ArrayBufferWriter<byte> _kept = new();
    private string? _model;
    private long _input, _output, _cacheRead, _cacheWrite, _deltaCharacters;
    private bool _skipping, _ended;

    /// <summary>Cache writes of the one-hour kind, which cost more; part of <see cref="TokenUsage.CacheWrite"/>.</summary>
    public long OneHourCacheWrite { get; private set; }

    public long WebSearches { get; private set; }

    /// <summary>Called when the service ends the stream by an error (<c>event: error</c>).</summary>
    public Action? BrokeOff { get; init; }

    /// <summary>Takes the next piece of the body.</summary>
    public void Feed(ReadOnlySpan<byte> piece)
    {
        while (isStream && piece.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Keep(piece[..end]);
            if (!_skipping)
                ReadLine(_kept.WrittenMemory);
            _kept.ResetWrittenCount();
            _skipping = false;
            piece = piece[(end + 1)..];
        }

        Keep(piece);
    }

    /// <summary>
    /// What the call has used; null when the answer carried no usage. A stream that broke off before its last count is
    /// charged for the text that came, at four characters a token.
    /// </summary>
    public TokenUsage? Read()
    {
        if (!isStream && !_skipping && _kept.WrittenCount > 0)
        {
            ReadJson(_kept.WrittenMemory);
            _kept.ResetWrittenCount();
        }

        if (_model is null)
            return null;
        var output = isStream && !_ended ? Math.Max(_output, _deltaCharacters / CharactersPerToken) : _output;
        return new TokenUsage(_model, _input, output, _cacheRead, _cacheWrite);
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _skipping |= _kept.WrittenCount + bytes.Length > LongestKept;
        if (!_skipping)
            _kept.Write(bytes);
    }

    private void ReadLine(ReadOnlyMemory<byte> line)
    {
        if (line.Span.StartsWith("data:"u8))
            ReadJson(line[5..]);
    }

    private void ReadJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                ReadObject(document.RootElement);
        }
        catch (JsonException)
        {
            // Not ours to judge: the client gets the bytes as they came.
        }
    }

    private void ReadObject(JsonElement root)
    {
        switch (Text(root, "type"))
        {
            case "message_start" when root.TryGetProperty("message", out var message):
                ReadMessage(message);
                break;
            case "message":
                ReadMessage(root);
                break;
            case "message_delta":
                ReadUsage(root);
                _ended = true;
                break;
            case "error" when isStream:
                BrokeOff?.Invoke();
                break;
            case "content_block_delta" when root.TryGetProperty("delta", out var delta):
                _deltaCharacters += (Text(delta, "text") ?? Text(delta, "thinking") ?? Text(delta, "partial_json") ?? "").Length;
                break;
        }
    }

    private void ReadMessage(JsonElement message)
    {
        _model = Text(message, "model") ?? "unknown";
        ReadUsage(message);
    }

    private void ReadUsage(JsonElement holder)
    {
        if (!holder.TryGetProperty("usage", out var usage) || usage.ValueKind != JsonValueKind.Object)
            return;
        _input = Count(usage, "input_tokens") ?? _input;
        _output = Count(usage, "output_tokens") ?? _output;
        _cacheRead = Count(usage, "cache_read_input_tokens") ?? _cacheRead;
        _cacheWrite = Count(usage, "cache_creation_input_tokens") ?? _cacheWrite;
        if (usage.TryGetProperty("cache_creation", out var kinds))
            OneHourCacheWrite = Math.Min(Count(kinds, "ephemeral_1h_input_tokens") ?? 0, _cacheWrite);
        if (usage.TryGetProperty("server_tool_use", out var tools))
            WebSearches = Count(tools, "web_search_requests") ?? WebSearches;
    }

    private static string? Text(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Count(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0 ? count : null;
}
