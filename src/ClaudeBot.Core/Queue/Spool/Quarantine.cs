using System.Text;
using ClaudeBot.Ledger;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue.Spool;

/// <summary>Moves a file that cannot be a task to <c>corrupted/</c>, with the reason beside it. Nothing there is ever overwritten.</summary>
public sealed partial class Quarantine(DataFolder folder, IEventLog events, TimeProvider time, ILogger<Quarantine> logger)
{
    /// <summary>Of the 255 bytes that a file system gives a name, the endings below need some.</summary>
    private const int LongestName = 230;

    /// <summary>Raised once for each file moved; for <c>claude_bot_corrupted_files_total</c>.</summary>
    public event Action? Quarantined;

    /// <param name="path">The file, folder or link; links are moved, never followed.</param>
    /// <param name="name">Its name in <c>queue/</c>.</param>
    /// <param name="known">The task that the file stood for, when the ledger knows one.</param>
    public async Task TakeAsync(string path, string name, TaskId? known, string fault, CancellationToken cancellationToken)
    {
        var target = FreeName(Short(name));
        // The reason first: after a crash in between there may be a reason too many, never a file without one.
        folder.Write($"{target}.reason.txt", Encoding.UTF8.GetBytes($"{fault}\nMoved from queue/ at {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC.\n"));
        Move(path, target);
        var kept = Path.GetFileName(target);
        Log.Quarantined(logger, kept, fault);
        Quarantined?.Invoke();
        await events.AppendAsync("spool.quarantined", "bot", known, null, $"{kept}: {fault}", cancellationToken);
    }

    /// <summary>The name without control characters, cut to so many bytes of UTF-8.</summary>
    private static string Short(string name)
    {
        var runes = name.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? new Rune('?') : rune).ToList();
        while (runes.Sum(rune => rune.Utf8SequenceLength) > LongestName)
            runes.RemoveAt(runes.Count - 1);
        return string.Concat(runes);
    }

    private string FreeName(string name)
    {
        var first = Path.Combine(folder.Corrupted, name);
        var candidate = first;
        for (var number = 1; IsTaken(candidate) || IsTaken($"{candidate}.reason.txt"); number++)
            candidate = $"{first}.{number}";
        return candidate;
    }

    /// <summary>Also true for a link that leads nowhere.</summary>
    private static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static void Move(string path, string target)
    {
        if (new FileInfo(path).LinkTarget is { } link)
        {
            File.CreateSymbolicLink(target, link);
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            Directory.Move(path, target);
        }
        else
        {
            File.Move(path, target);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Queue file moved to corrupted/{File}: {Fault}")]
        public static partial void Quarantined(ILogger logger, string file, string fault);
    }
}
