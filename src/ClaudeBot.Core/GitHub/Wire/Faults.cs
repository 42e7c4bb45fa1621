using System.Text.Json;

namespace ClaudeBot.GitHub.Wire;

/// <summary>Words for failed calls: the call, and GitHub's own reason.</summary>
internal static class Faults
{
    private const int LongestReason = 500;

    public static string Call(HttpRequestMessage request) => $"{request.Method} {request.RequestUri?.AbsolutePath}";

    public static GitHubException Transient(HttpRequestMessage request, string reason, Exception? inner) =>
        new(GitHubFaultKind.Transient, $"{Call(request)}: {reason}", null, inner);

    /// <summary>
    /// GitHub's reason in an error answer: its <c>message</c> and the messages of its <c>errors</c>, on one line;
    /// the status phrase when the body is not GitHub's error form.
    /// </summary>
    public static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var reason = Parsed(body) ?? response.ReasonPhrase ?? "no reason given";
        reason = string.Join(' ', reason.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return reason.Length <= LongestReason ? reason : reason[..LongestReason] + "…";
    }

    private static string? Parsed(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || Text(json.RootElement, "message") is not { } message)
                return null;
            var details = json.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
                ? errors.EnumerateArray().Select(Detail).OfType<string>().ToArray()
                : [];
            return details.Length == 0 ? message : $"{message} ({string.Join("; ", details)})";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One entry of <c>errors</c>: a sentence, or an object with a sentence or with field and code.</summary>
    private static string? Detail(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.String => error.GetString(),
        JsonValueKind.Object => Text(error, "message") ?? $"{Text(error, "field")} {Text(error, "code")}".Trim(),
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
