using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace ClaudeBot.Operations;

/// <summary>The form of the status object and of all <c>--json</c> answers: snake case names and enum words, times in UTC.</summary>
internal static class ReportJson
{
    public static JsonSerializerOptions Form { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
