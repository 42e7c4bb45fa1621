using System.Text.Json;

namespace ClaudeBot.Operations;

/// <summary><c>status.json</c> of the data folder, there whole or not at all.</summary>
internal static class StatusFile
{
    /// <returns>The file's path.</returns>
    public static string Write(string dataDirectory, BotStatus status)
    {
        var path = Path.Combine(dataDirectory, "status.json");
        var temporary = Path.Combine(dataDirectory, "tmp", $"status-{Guid.NewGuid():N}.part");
        Directory.CreateDirectory(Path.GetDirectoryName(temporary)!);
        File.WriteAllText(temporary, JsonSerializer.Serialize(status, ReportJson.Form) + "\n");
        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
