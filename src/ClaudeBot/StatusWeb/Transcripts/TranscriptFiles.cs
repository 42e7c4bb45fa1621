using System.Text.RegularExpressions;

namespace ClaudeBot.StatusWeb.Transcripts;

/// <summary>One file of a task: a round of an attempt.</summary>
/// <param name="Repair">0: the attempt itself.</param>
public sealed record TranscriptFile(string Path, int Attempt, int Repair)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);
}

/// <summary>Some lines of a transcript.</summary>
/// <param name="First">The number of the first of them, counted from zero.</param>
/// <param name="Total">All lines that the file has.</param>
public sealed record TranscriptPart(IReadOnlyList<TranscriptFile> Files, TranscriptFile? File, IReadOnlyList<TranscriptEntry> Entries, int First, int Total);

/// <summary>The redacted conversations with agents, <c>ID-1.ndjson</c> and <c>ID-1-repair-2.ndjson</c>, and what was pushed, <c>ID-pushed.diff</c>.</summary>
public sealed partial class TranscriptFiles(StatusWebOptions options, TimeProvider time)
{
    /// <summary>Characters of a line that are read; what comes after them is passed over.</summary>
    internal const int LongestLine = 250_000;

    private const int LongestDiff = 400_000;

    // All listeners ask each second, mostly about the same few tasks: the folder is listed once for them.
    private static readonly TimeSpan ListingHolds = TimeSpan.FromSeconds(1);

    private Listed? _listing;

    /// <summary>False: this process does not see the bot's data folder.</summary>
    public bool AreHere => options.TranscriptDirectory is not null;

    /// <summary>All files of a task, the first attempt first.</summary>
    public IReadOnlyList<TranscriptFile> Of(TaskId task)
    {
        if (options.TranscriptDirectory is not { } folder || !Directory.Exists(folder))
            return [];
        return Of(task, Directory.EnumerateFiles(folder, task.Value + "-*.ndjson"));
    }

    /// <summary>Bytes of all of them: when it changes there is something new to read. A new file is seen a second late.</summary>
    public long Size(TaskId task) => Of(task, Listing()).Sum(file => new FileInfo(file.Path) is { Exists: true } info ? info.Length : 0);

    /// <summary>Reads lines of one of the files.</summary>
    /// <param name="name">Which; null or unknown: the newest.</param>
    /// <param name="from">The first line; null: the last ones.</param>
    public async Task<TranscriptPart> ReadAsync(TaskId task, string? name, int? from, int most, CancellationToken cancellationToken)
    {
        var files = Of(task);
        if ((files.FirstOrDefault(file => file.Name == name) ?? (files.Count > 0 ? files[^1] : null)) is not { } chosen)
            return new TranscriptPart(files, null, [], 0, 0);
        var kept = new Queue<string>();
        var total = 0;
        // The agent may be writing: what it has not ended with a line feed is read next time.
        await using var stream = new FileStream(chosen.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        await foreach (var line in CutLines.ReadAsync(reader, LongestLine, cancellationToken))
        {
            if (from is null || (total >= from && total - from < most))
                kept.Enqueue(line);
            if (kept.Count > most)
                kept.Dequeue();
            total++;
        }

        return new TranscriptPart(files, chosen, [.. kept.SelectMany(TranscriptEntry.OfLine)], Math.Min(from ?? total - kept.Count, total), total);
    }

    /// <summary>What the task pushed last, as a unified diff, cut where it is very long; null when there is none here.</summary>
    public async Task<string?> DiffAsync(TaskId task, CancellationToken cancellationToken)
    {
        if (options.TranscriptDirectory is not { } folder || Path.Combine(folder, task.Value + "-pushed.diff") is var path && !File.Exists(path))
            return null;
        using var reader = new StreamReader(path);
        var text = new char[LongestDiff];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        return new string(text, 0, length) + (length == LongestDiff ? "\n(and more)" : "");
    }

    private static IReadOnlyList<TranscriptFile> Of(TaskId task, IEnumerable<string> paths) =>
        [
            .. paths.Where(path => Path.GetFileName(path.AsSpan()).StartsWith(task.Value, StringComparison.Ordinal))
                .Select(path => (Path: path, Match: Round().Match(Path.GetFileName(path)[task.Value.Length..])))
                .Where(file => file.Match.Success)
                .Select(file => new TranscriptFile(file.Path, Number(file.Match.Groups[1]), Number(file.Match.Groups[2])))
                .OrderBy(file => file.Attempt).ThenBy(file => file.Repair),
        ];

    private string[] Listing()
    {
        var now = time.GetUtcNow();
        if (_listing is { } listing && now - listing.At < ListingHolds && now >= listing.At)
            return listing.Paths;
        string[] paths = options.TranscriptDirectory is { } folder && Directory.Exists(folder) ? Directory.GetFiles(folder, "*.ndjson") : [];
        _listing = new Listed(now, paths);
        return paths;
    }

    /// <summary>The files of all tasks, at a time.</summary>
    private sealed record Listed(DateTimeOffset At, string[] Paths);

    private static int Number(Group group) => group.Success ? int.Parse(group.ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"\A-(\d{1,6})(?:-repair-(\d{1,6}))?\.ndjson\z")]
    private static partial Regex Round();
}
