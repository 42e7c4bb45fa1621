using System.Text;
using System.Text.Json;

namespace ClaudeBot.Queue.Spool;

/// <summary>What a file in <c>queue/</c> says.</summary>
/// <param name="Id">Null when it names none, or none that can be a task's.</param>
/// <param name="Priority">Medium when the file gives none.</param>
internal sealed record SpoolContent(TaskId? Id, string Title, string Description, TaskPriority Priority, RepositoryName? Repository, int? Issue);

/// <summary>What reading a file gave: its content, or what is wrong with it, in one sentence for people.</summary>
internal sealed record SpoolReading(SpoolContent? Content, string? Fault);

/// <summary>Reads a file of unknown origin: regular files only, of bounded size, strict UTF-8, strict JSON.</summary>
internal static class SpoolFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };

    public static SpoolReading Read(FileSystemInfo entry, int largest)
    {
        try
        {
            var (bytes, fault) = ReadBytes(entry, largest);
            return fault is null ? Parse(bytes) : Bad(fault);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Bad($"It cannot be read: {exception.Message}");
        }
    }

    private static (byte[] Bytes, string? Fault) ReadBytes(FileSystemInfo entry, int largest)
    {
        if (entry.LinkTarget is not null)
            return ([], "It is a symbolic link; put the file itself here.");
        if (entry is not FileInfo file)
            return ([], "It is a folder; tasks lie flat in the queue.");
        if (!file.Name.EndsWith(".json", StringComparison.Ordinal))
            return ([], "Its name does not end in .json.");
        // Pipes and devices have no length either: they are never opened.
        if (file.Length == 0)
            return ([], "It is empty, or no plain file.");
        if (file.Length > largest)
            return ([], $"It has {file.Length} bytes; at most {largest} are read.");
        return (File.ReadAllBytes(file.FullName), null);
    }

    private static SpoolReading Parse(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            return Bad("It begins with a byte order mark; save it as UTF-8 without one.");
        try
        {
            StrictUtf8.GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes, StrictJson);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Parse(document.RootElement)
                : Bad("It is JSON, but not an object.");
        }
        catch (DecoderFallbackException)
        {
            return Bad("It is not UTF-8.");
        }
        catch (JsonException exception)
        {
            return Bad($"It is not valid JSON: {exception.Message}");
        }
        catch (InvalidOperationException)
        {
            return Bad("A text in it is not Unicode: half of a surrogate pair.");
        }
    }

    private static SpoolReading Parse(JsonElement root)
    {
        // Older files call the title "name".
        if ((Text(root, "title") ?? Text(root, "name")) is not { } title)
            return Bad("\"title\" must be a text.");
        if (Text(root, "description") is not { } description)
            return Bad("\"description\" must be a text.");
        var priority = TaskPriority.Medium;
        if (Given(root, "priority") && !TaskWords.TryParsePriority(Text(root, "priority"), out priority))
            return Bad("\"priority\" must be low, medium, high or urgent.");
        RepositoryName? repository = null;
        if (Given(root, "repo") && !RepositoryName.TryParse(Text(root, "repo"), out repository))
            return Bad("\"repo\" must have the form owner/name.");
        int? issue = null;
        if (Given(root, "issue"))
        {
            if (root.GetProperty("issue") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var value) || value <= 0)
                return Bad("\"issue\" must be a whole number above zero.");
            issue = value;
        }

        TaskId? id = TaskId.TryParse(Text(root, "id"), out var parsed) ? parsed : null;
        var line = string.Join(' ', title.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return new SpoolReading(new SpoolContent(id, line, description, priority, repository, issue), null);
    }

    private static bool Given(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static SpoolReading Bad(string fault) => new(null, fault);
}
