namespace ClaudeBot.StatusWeb;

/// <summary>Writes and removes files of STATUS_DATA_DIR.</summary>
internal static class WholeFile
{
    /// <summary>Whoever reads it finds the former one or the new one, whole, also after a power cut. Durable when it returns.</summary>
    /// <exception cref="NotStoredException">It cannot be written; the former one is as it was.</exception>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await using (var file = new FileStream(path + ".tmp", FileMode.Create, FileAccess.Write))
            {
                await file.WriteAsync(content, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new NotStoredException(fault);
        }
    }

    /// <exception cref="NotStoredException">It is still there.</exception>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new NotStoredException(fault);
        }
    }
}
