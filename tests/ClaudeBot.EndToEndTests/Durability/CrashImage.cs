namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>What lies behind the flushed part of the log after a power cut: writes reach the disk late, in part, or as something else.</summary>
public enum Tail
{
    Nothing,
    Zeros,
    Garbage,
    HalfPage,
}

/// <summary>A ledger as a power cut would leave it: the database and its write-ahead log up to a flush, with a torn end.</summary>
internal sealed class CrashImage : IDisposable
{
    private const int Frame = 24 + 4096;

    public CrashImage(string database, ReadOnlySpan<byte> log, long flushed, Tail tail)
    {
        File.Copy(database, Path.Combine(Folder, "ledger.db"));
        using var copy = File.Create(Path.Combine(Folder, "ledger.db-wal"));
        copy.Write(log[..(int)flushed]);
        copy.Write(Torn(log[(int)flushed..], tail));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("claude-bot-image-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static byte[] Torn(ReadOnlySpan<byte> rest, Tail tail)
    {
        switch (tail)
        {
            case Tail.Zeros:
                return new byte[2 * Frame];
            case Tail.Garbage:
                var garbage = new byte[Frame + 777];
                Random.Shared.NextBytes(garbage);
                return garbage;
            case Tail.HalfPage:
                return rest[..Math.Min(rest.Length, Frame / 2)].ToArray();
            default:
                return [];
        }
    }
}
