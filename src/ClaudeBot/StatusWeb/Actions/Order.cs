using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.StatusWeb.Api;

namespace ClaudeBot.StatusWeb.Actions;

/// <summary>An order as it came in, by a page's form or as JSON.</summary>
/// <param name="Reason">One line, at most 500 characters; null when none was given.</param>
/// <param name="Priority">The word as given.</param>
/// <param name="Bot">Which bot's queue is meant, where several report here; null: all.</param>
/// <param name="From">The caller's address.</param>
internal sealed record Order(string? Reason, string? Priority, string? Bot, string From)
{
    private const int LongestReason = 500;

    /// <summary>Reads <c>reason</c>, <c>priority</c> and <c>bot</c>; an empty body has none of them. Null when the body is neither form nor JSON object.</summary>
    public static async Task<Order?> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var from = OperatorDesk.Address(http.Connection.RemoteIpAddress);
        try
        {
            if (request.HasFormContentType)
            {
                var form = await request.ReadFormAsync(http.RequestAborted);
                return new Order(OneLine(form["reason"]), form["priority"], OneLine(form["bot"]), from);
            }

            return await CallersJson.ReadAsync(request, http.RequestAborted) switch
            {
                null => new Order(null, null, null, from),
                JsonObject body => new Order(OneLine(Text(body, "reason")), Text(body, "priority"), OneLine(Text(body, "bot")), from),
                _ => null,
            };
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException or (IOException and not BadHttpRequestException))
        {
            // The last two: a form with too much in it, or one that breaks off.
            return null;
        }
    }

    private static string? Text(JsonObject body, string name) => body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The text on one line, without what is no text, and bounded; null when nothing is left.</summary>
    internal static string? OneLine(string? text)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var clean = string.Concat(line.EnumerateRunes().Where(rune => !System.Text.Rune.IsControl(rune)).Take(LongestReason));
        return clean.Length == 0 ? null : clean;
    }
}
