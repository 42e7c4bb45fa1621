using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace ClaudeBot.Webhooks;

/// <summary>Reads a body whole, and no further than the limit.</summary>
internal static class DeliveryBody
{
    /// <summary>The body's bytes; null when it is longer than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return null;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>True when the bytes are one JSON object in UTF-8 (RFC 8259, 8.1).</summary>
    public static bool IsJsonObject(ReadOnlySpan<byte> body)
    {
        // The reader below passes over what stands in strings.
        if (!Utf8.IsValid(body))
            return false;
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
