namespace ClaudeBot.Ledger;

/// <summary>Folders (0700) and files (0600) that only the bot's account can open.</summary>
public static class OwnerOnly
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Makes the folder and its parents; one that is there gets the mode, unless it is another account's: the root of a
    /// mounted volume may be, and what lies in it is closed all the same.
    /// </summary>
    public static void CreateDirectory(string path)
    {
        var wasThere = Directory.Exists(path);
        Directory.CreateDirectory(path);
        try
        {
            File.SetUnixFileMode(path, FileMode | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException) when (wasThere)
        {
        }
    }

    /// <summary>Takes a file's rights from everybody else.</summary>
    public static void Restrict(string path)
    {
        File.SetUnixFileMode(path, FileMode);
    }

    /// <summary>Opens a file for writing, made empty when it is not there.</summary>
    public static FileStream OpenFile(string path, System.IO.FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        options.UnixCreateMode = FileMode;
        return new FileStream(path, options);
    }
}
