using System.Text.Json;
using ClaudeBot.Operations;

namespace ClaudeBot.Commands;

/// <summary>Writes <c>--json</c> answers in the form of <see cref="ReportJson"/>.</summary>
internal static class JsonOutput
{
    public static void WriteJson(this TextWriter writer, object value) => writer.WriteLine(JsonSerializer.Serialize(value, ReportJson.Form));
}
