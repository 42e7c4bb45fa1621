using ClaudeBot.Queue.Spool;

namespace ClaudeBot.Operations;

/// <summary>A file in <c>corrupted/</c>.</summary>
/// <param name="Reason">Why it was moved there; null when nobody wrote it down.</param>
public sealed record QuarantinedFile(string Name, string? Reason, DateTimeOffset? MovedAt);

/// <summary>The files that the bot could make no task of.</summary>
internal sealed class QuarantinedFiles(DataFolder folder, SpoolOptions options)
{
    private const string ReasonEnding = ".reason.txt";

    /// <summary>All of them, in the order of their names.</summary>
    public IReadOnlyList<QuarantinedFile> List() => !Directory.Exists(folder.Corrupted)
        ? []
        : [.. new DirectoryInfo(folder.Corrupted).EnumerateFileSystemInfos()
            .Where(entry => !entry.Name.EndsWith(ReasonEnding, StringComparison.Ordinal))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .Select(entry => Read(entry.Name))];

    /// <summary>Puts a file back into <c>queue/</c> once it can be a task, as an operator corrected it.</summary>
    /// <returns>What hinders it, in a sentence; null when it is done.</returns>
    public string? Restore(string name)
    {
        if (List().All(file => file.Name != name))
            return $"corrupted/{name} is not there; see 'claude-bot queue quarantine'.";
        var file = new FileInfo(Path.Combine(folder.Corrupted, name));
        var target = OriginalName(name);
        if (target is null)
            return $"corrupted/{name} has no name of a task file: rename it to end in .json.";
        // A numbered name is no task's, whatever the content: the bot judges it again in queue/.
        if (name == target && SpoolFile.Read(file, options.LargestFile).Fault is { } fault)
            return $"corrupted/{name} still cannot be a task: {fault} Correct it first.";
        try
        {
            File.Move(file.FullName, Path.Combine(folder.Queue, target), overwrite: false);
        }
        catch (IOException)
        {
            return $"queue/{target} is there already, or the folder cannot be written.";
        }

        File.Delete(file.FullName + ReasonEnding);
        return null;
    }

    /// <summary>Removes the files that were moved there before the given time, each with its reason.</summary>
    /// <returns>How many.</returns>
    public int RemoveOlder(DateTimeOffset before)
    {
        var old = List().Where(file => file.MovedAt < before).Select(file => Path.Combine(folder.Corrupted, file.Name)).ToList();
        foreach (var path in old)
        {
            if (new FileInfo(path).LinkTarget is null && Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
            File.Delete(path + ReasonEnding);
        }

        return old.Count;
    }

    // A second file of the same name got a number behind its name when it was moved.
    private static string? OriginalName(string name)
    {
        if (name.EndsWith(".json", StringComparison.Ordinal))
            return name;
        var dot = name.LastIndexOf('.');
        return dot > 0 && name[..dot].EndsWith(".json", StringComparison.Ordinal) && name[(dot + 1)..].All(char.IsAsciiDigit) ? name[..dot] : null;
    }

    private QuarantinedFile Read(string name)
    {
        var reason = new FileInfo(Path.Combine(folder.Corrupted, name + ReasonEnding));
        return reason.Exists
            ? new QuarantinedFile(name, File.ReadLines(reason.FullName).FirstOrDefault(), reason.LastWriteTimeUtc)
            : new QuarantinedFile(name, null, null);
    }
}
