using System.Text.Json;
using System.Text.Json.Nodes;

namespace ClaudeBot.StatusWeb.Actions;

/// <summary>An order as it came in, by a page's form or as JSON.</summary>
/// <param name="Reason">One line, at most 500 characters; null when none was given.</param>
/// <param name="Priority">The word as given.</param>
/// <param name="From">The caller's address.</param>
internal sealed record Order(string? Reason, string? Priority, string From)
{
    private const int LongestReason = 500;

    /// <summary>Reads <c>reason</c> and <c>priority</c>; an empty body has neither. Null when the body is neither form nor JSON object.</summary>
    public static async Task<Order?> ReadAsync(HttpContext http)
    {
        var request = http.Request;
        var from = OperatorDesk.Address(http.Connection.RemoteIpAddress);
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(http.RequestAborted);
            return new Order(OneLine(form["reason"]), form["priority"], from);
        }

        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        if (string.IsNullOrWhiteSpace(text))
            return new Order(null, null, from);
        try
        {
            return JsonNode.Parse(text) is JsonObject body ? new Order(OneLine(Text(body, "reason")), Text(body, "priority"), from) : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            // ArgumentException: a name twice. InvalidOperationException: half a surrogate pair.
            return null;
        }
    }

    private static string? Text(JsonObject body, string name) => body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static string? OneLine(string? text)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var clean = string.Concat(line.EnumerateRunes().Where(rune => !System.Text.Rune.IsControl(rune)).Take(LongestReason));
        return clean.Length == 0 ? null : clean;
    }
}
