using System.Runtime.InteropServices;

namespace ClaudeBot.Queue.Spool;

/// <summary>
/// Changes of a folder that outlive a power cut: a rename or a removal is on the disk only after an fsync of the folder
/// itself (fsync(2)).
/// </summary>
internal static class FolderEntries
{
    /// <summary><c>O_RDONLY | O_CLOEXEC</c> of Linux.</summary>
    private const int ReadOnly = 0x80000;

    /// <exception cref="IOException">Nothing is known of what the disk holds.</exception>
    public static void Move(string from, string to, bool overwrite)
    {
        File.Move(from, to, overwrite);
        var (source, target) = (Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!);
        Flush(target);
        if (source != target)
            Flush(source);
    }

    /// <exception cref="IOException">Nothing is known of what the disk holds.</exception>
    public static void Remove(string file)
    {
        File.Delete(file);
        Flush(Path.GetDirectoryName(file)!);
    }

    private static void Flush(string folder)
    {
        // .NET opens no folders.
        var handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw Fault(folder);
        var result = Synchronize(handle);
        var fault = result < 0 ? Fault(folder) : null;
        _ = Close(handle);
        if (fault is not null)
            throw fault;
    }

    private static IOException Fault(string folder) =>
        new($"The folder {folder} could not be written to the disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int handle);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
