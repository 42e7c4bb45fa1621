namespace ClaudeBot.Operations.Doctor;

/// <summary>Asks what this user may do in a folder, by doing it.</summary>
internal static class FolderAccess
{
    /// <summary>Why no file can be made in it; null when one can. The file is gone again.</summary>
    public static string? Unwritable(string path)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(path, $".doctor-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error is UnauthorizedAccessException ? "no permission, or a file system mounted read-only" : error.Message;
        }
    }
}
