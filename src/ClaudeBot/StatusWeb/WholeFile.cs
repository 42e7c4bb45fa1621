namespace ClaudeBot.StatusWeb;

/// <summary>Writes a file so that whoever reads it finds the former one or the new one, whole, also after a power cut.</summary>
internal static class WholeFile
{
    /// <summary>Durable when it returns.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using (var file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(content, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".tmp", path, overwrite: true);
    }
}
