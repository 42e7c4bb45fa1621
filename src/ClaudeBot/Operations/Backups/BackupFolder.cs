using System.Globalization;
using System.Text.RegularExpressions;

namespace ClaudeBot.Operations.Backups;

/// <summary>A folder with backups under names of ours: <c>ledger-20260131T080000Z.db</c>, or <c>.tar.gz</c> with files.</summary>
internal sealed partial class BackupFolder(string path, TimeProvider time)
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>What a crash left of a backup is swept away after this time; before, it may be one at work.</summary>
    private static readonly TimeSpan PartsLive = TimeSpan.FromDays(1);

    /// <summary>When the newest backup was made; null when there is none.</summary>
    public DateTimeOffset? Newest => List() is [.., var (_, at)] ? at : null;

    /// <summary>A free name for a backup made now.</summary>
    public string NewFile(bool withFiles)
    {
        var (name, ending) = ($"ledger-{time.GetUtcNow().UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture)}", BackupArchive.EndingOf(withFiles));
        var file = Path.Combine(path, name + ending);
        for (var number = 2; Path.Exists(file); number++)
            file = Path.Combine(path, $"{name}-{number}{ending}");
        return file;
    }

    /// <summary>Removes the oldest backups beyond <paramref name="keep"/>, and what crashed ones left.</summary>
    /// <returns>How many backups went.</returns>
    public int Rotate(int keep)
    {
        var tooOld = List().SkipLast(keep).ToList();
        tooOld.ForEach(backup => File.Delete(backup.File));
        foreach (var part in new DirectoryInfo(path).EnumerateDirectories($".ledger-*{BackupMaker.PartEnding}"))
        {
            if (part.LastWriteTimeUtc < (time.GetUtcNow() - PartsLive).UtcDateTime)
                part.Delete(recursive: true);
        }

        return tooOld.Count;
    }

    /// <summary>Oldest first.</summary>
    private List<(string File, DateTimeOffset At)> List() => !Directory.Exists(path)
        ? []
        : [.. from file in Directory.EnumerateFiles(path)
              let match = Name().Match(Path.GetFileName(file))
              where match.Success && DateTimeOffset.TryParseExact(match.Groups[1].Value, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
              let at = DateTimeOffset.ParseExact(match.Groups[1].Value, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
              orderby at, match.Groups[2].Length, match.Groups[2].Value
              select (file, at)];

    [GeneratedRegex(@"\Aledger-(\d{8}T\d{6}Z)((?:-\d+)?)\.(?:db|tar\.gz)\z")]
    private static partial Regex Name();
}
