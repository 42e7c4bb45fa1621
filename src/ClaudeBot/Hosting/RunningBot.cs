using System.Text.Json;

namespace ClaudeBot.Hosting;

/// <summary>
/// What a running bot says about itself in <c>tmp/ports.json</c> of its data folder, for the verbs that talk to it.
/// Ports are the real ones; null for a closed door.
/// </summary>
public sealed record RunningBot(int Pid, string BotId, DateTimeOffset StartedAt, string Address, int? WebhookPort, int? MetricsPort, int? StatusPort)
{
    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <summary>Writes the file whole: a reader sees the old one or the new one.</summary>
    public void Write(string dataDirectory)
    {
        var path = FilePath(dataDirectory);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, Form));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>What an earlier bot said of itself holds no more.</summary>
    public static void Forget(string dataDirectory)
    {
        try
        {
            File.Delete(FilePath(dataDirectory));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Told by whoever writes the next one.
        }
    }

    /// <summary>The last bot that started here, running or not; null when there is no valid file.</summary>
    public static RunningBot? Read(string dataDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize<RunningBot>(File.ReadAllText(FilePath(dataDirectory)), Form);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    public override string ToString() => $"{BotId}, process {Pid}, since {StartedAt:u}";

    private static string FilePath(string dataDirectory) => Path.Combine(dataDirectory, "tmp", "ports.json");
}
