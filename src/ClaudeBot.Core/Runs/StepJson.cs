using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClaudeBot.Runs;

/// <summary>How intents and results are written in the journal. What is written must come back the same after a restart.</summary>
internal static class StepJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new RepositoryNameConverter(), new TaskIdConverter() },
    };

    public static string Write(object value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options)!;

    private sealed class RepositoryNameConverter : JsonConverter<RepositoryName>
    {
        public override RepositoryName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            RepositoryName.Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, RepositoryName value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    private sealed class TaskIdConverter : JsonConverter<TaskId>
    {
        public override TaskId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TaskId.Parse(reader.GetString());

        public override void Write(Utf8JsonWriter writer, TaskId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
