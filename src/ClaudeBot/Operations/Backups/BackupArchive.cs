using System.Formats.Tar;
using System.IO.Compression;
using ClaudeBot.Ledger;

namespace ClaudeBot.Operations.Backups;

/// <summary>
/// A ledger's copy with the files that tell of ended work, in one <c>.tar.gz</c>. Agents' homes, mirrors and workspaces
/// are left out: agents wrote in them, and all of them are made again.
/// </summary>
internal static class BackupArchive
{
    public const string LedgerName = "ledger.db";

    private static readonly string[] Folders = ["processed", "failed", "corrupted", "transcripts"];

    public static string EndingOf(bool withFiles) => withFiles ? ".tar.gz" : ".db";

    /// <summary>True for a gzip file, whatever its name.</summary>
    public static bool IsArchive(string file)
    {
        using var stream = File.OpenRead(file);
        return stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
    }

    /// <param name="file">Must not be there; readable by its owner only.</param>
    /// <returns>How many files are in it beside the ledger.</returns>
    public static int Write(string file, string ledgerCopy, string dataDirectory)
    {
        var files = 0;
        using var stream = OwnerOnly.OpenFile(file, FileMode.CreateNew);
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            tar.WriteEntry(ledgerCopy, LedgerName);
            foreach (var path in Folders.Select(folder => Path.Combine(dataDirectory, folder)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
            {
                // A link may lead anywhere. A file may grow meanwhile, and an entry has one length.
                if (new FileInfo(path).LinkTarget is not null || Read(path) is not { } content)
                    continue;
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, Path.GetRelativePath(dataDirectory, path))
                {
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    ModificationTime = File.GetLastWriteTimeUtc(path),
                    DataStream = new MemoryStream(content),
                });
                files++;
            }
        }

        stream.Flush(flushToDisk: true);
        return files;
    }

    /// <summary>Unpacks the ledger and the files of the known folders; everything else, links above all, is passed over.</summary>
    /// <exception cref="InvalidDataException">It is no archive, it is damaged, or there is no ledger in it.</exception>
    public static void Extract(string file, string target)
    {
        using var zip = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        while (tar.GetNextEntry() is { } entry)
        {
            var (folder, name) = (Path.GetDirectoryName(entry.Name), Path.GetFileName(entry.Name));
            var isOurs = entry.Name == LedgerName || (Folders.Contains(folder) && name is not ("" or "." or ".."));
            if (entry.EntryType is not TarEntryType.RegularFile || !isOurs)
                continue;
            OwnerOnly.CreateDirectory(Path.Combine(target, folder ?? ""));
            var path = Path.Combine(target, folder ?? "", name);
            using (var stream = OwnerOnly.OpenFile(path, FileMode.CreateNew))
            {
                entry.DataStream?.CopyTo(stream);
                stream.Flush(flushToDisk: true);
            }

            File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
        }

        if (!File.Exists(Path.Combine(target, LedgerName)))
            throw new InvalidDataException("there is no ledger in it");
    }

    /// <summary>Moves what <see cref="Extract"/> unpacked beside the ledger into a data folder; what is there stays.</summary>
    public static void MoveFiles(string extracted, string dataDirectory)
    {
        foreach (var path in Folders.Select(folder => Path.Combine(extracted, folder)).Where(Directory.Exists).SelectMany(Directory.EnumerateFiles))
        {
            var target = Path.Combine(dataDirectory, Path.GetRelativePath(extracted, path));
            OwnerOnly.CreateDirectory(Path.GetDirectoryName(target)!);
            if (!Path.Exists(target))
                File.Move(path, target);
        }
    }

    // A task may end, and its file move, between the listing and the reading.
    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
