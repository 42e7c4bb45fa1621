using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace ClaudeBot.Webhooks;

/// <summary>Reads a body whole, and no further than the limit and the memory that is left.</summary>
internal static class DeliveryBody
{
    /// <summary>The body's bytes, or what it is refused with.</summary>
    public static async Task<DeliveryReading> ReadAsync(HttpRequest request, long limit, BodyBudget.Share share, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return new DeliveryReading(null, StatusCodes.Status413PayloadTooLarge);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > limit || !share.TryGrow(read.Buffer.Length))
            {
                var refusal = read.Buffer.Length > limit ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status503ServiceUnavailable;
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return new DeliveryReading(null, refusal);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return new DeliveryReading(body, null);
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

/// <summary>A body, or the HTTP status that it is refused with.</summary>
internal readonly record struct DeliveryReading(byte[]? Body, int? Refusal);
