using System.Globalization;
using System.Text.Json.Nodes;

namespace ClaudeBot.StatusWeb.Reports;

/// <summary>A bot's last report, as of now. The fields are whatever the bot sent: none need be there, none need be of its type.</summary>
/// <param name="Fields">The status, without the details.</param>
/// <param name="ReceivedAt">Null when the stored report does not say.</param>
public sealed record BotReport(JsonObject Fields, BotDetails? Details, DateTimeOffset? ReceivedAt)
{
    public string Id => Text("bot_id");

    public string Status => Text("status");

    public string Health => Text("health");

    public bool IsOffline => Status == "offline";

    /// <summary>True for a bot that is fresh, and works or is ready to.</summary>
    public bool IsActive => Status is not ("offline" or "error") && Health is "healthy" or "idle" or "running";

    /// <summary>Why the bot says it is not well.</summary>
    public IEnumerable<string> Problems => Texts(Fields["problems"]).Concat(Text("error") is { Length: > 0 } error ? [error] : []);

    /// <summary>The spending caps that hold now, each in a sentence.</summary>
    public IEnumerable<string> CapsReached => Texts((Fields["day_budget"] as JsonObject)?["reached"]);

    /// <summary>When the task that has waited longest was made; null when none waits.</summary>
    public DateTimeOffset? OldestWaitingAt => Time(Text("oldest_waiting_at"));

    /// <summary>A field's text; empty when it is not there or no text or number.</summary>
    public string Text(string field) => Text(Fields, field);

    /// <summary>A field's whole number; 0 when it is none.</summary>
    public long Number(string field) => long.TryParse(Text(field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A number of <c>day_budget</c>, in US dollars; 0 when it is none.</summary>
    public decimal Budget(string field) =>
        Fields["day_budget"] is JsonObject budget && decimal.TryParse(Text(budget, field), NumberStyles.Number, CultureInfo.InvariantCulture, out var usd) ? usd : 0;

    public static string Text(JsonObject from, string field) => from[field] is JsonValue value ? value.ToString() : "";

    internal static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonValue>().Select(value => value.ToString());
}
