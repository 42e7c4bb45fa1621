using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClaudeBot.Commands;

/// <summary>The form of all <c>--json</c> answers: snake case names and enum words, times in UTC.</summary>
internal static class JsonOutput
{
    public static JsonSerializerOptions Form { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static void WriteJson(this TextWriter writer, object value) => writer.WriteLine(JsonSerializer.Serialize(value, Form));
}
