using ClaudeBot.Ledger;

namespace ClaudeBot.Queue.Spool;

/// <summary>The data folder's layout (docs/adr/0003), and files that are there whole or not at all.</summary>
public sealed class DataFolder(SpoolOptions options)
{
    private static readonly string[] Folders =
        ["queue", "processed", "failed", "corrupted", "pr_feedback", "tmp", "transcripts", "sessions", "mirrors", "workspaces"];

    public string Queue { get; } = Path.Combine(options.DataDirectory, "queue");

    public string Processed { get; } = Path.Combine(options.DataDirectory, "processed");

    public string Failed { get; } = Path.Combine(options.DataDirectory, "failed");

    public string Corrupted { get; } = Path.Combine(options.DataDirectory, "corrupted");

    public string Temporary { get; } = Path.Combine(options.DataDirectory, "tmp");

    public string QueueFile(TaskId id) => Path.Combine(Queue, FileName(id));

    public static string FileName(TaskId id) => $"{id}.json";

    /// <summary>The folders that are not there, by name.</summary>
    public IReadOnlyList<string> Missing() => [.. Folders.Where(folder => !Directory.Exists(Path.Combine(options.DataDirectory, folder)))];

    /// <summary>The folders that are there, by path.</summary>
    public IReadOnlyList<string> Present() => [.. Folders.Select(folder => Path.Combine(options.DataDirectory, folder)).Where(Directory.Exists)];

    /// <summary>Makes what is missing, each folder open to the bot's account only.</summary>
    public void Create()
    {
        OwnerOnly.CreateDirectory(options.DataDirectory);
        foreach (var folder in Folders)
            OwnerOnly.CreateDirectory(Path.Combine(options.DataDirectory, folder));
    }

    /// <summary>Writes beside, flushes to the disk, renames: a reader sees the old file or the new one, also after a power cut.</summary>
    /// <returns>The stamp of what was written; the file itself may be another's by now.</returns>
    internal FileStamp Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = Path.Combine(Temporary, $"spool-{Guid.NewGuid():N}.part");
        try
        {
            using (var file = OwnerOnly.OpenFile(temporary, FileMode.CreateNew))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            var stamp = FileStamp.Of(new FileInfo(temporary));
            FolderEntries.Move(temporary, path, overwrite: true);
            return stamp;
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
