using System.Globalization;
using System.Runtime.InteropServices;

namespace ClaudeBot.Operations.Doctor;

/// <summary>Whose the data folder is. What root makes in another user's folder, that user cannot enter.</summary>
internal static class DataFolderOwner
{
    private const int InWorkingDirectory = -100; // AT_FDCWD
    private const uint UserId = 0x8; // STATX_UID
    private const int OwnerAt = 20; // stx_uid in struct statx, the same on every processor: man 2 statx

    /// <summary>Why nothing may be mended there by this process; null when it may.</summary>
    public static Finding? Objection(string dataFolder)
    {
        if (!Environment.IsPrivilegedProcess || Of(dataFolder) is not ({ } owner and not 0))
            return null;
        return Finding.Fault("--fix", FaultKind.Other, $"this is root, and {dataFolder} is the user {owner.ToString(CultureInfo.InvariantCulture)}'s, who could not enter what root makes there; nothing was mended", "Run it as that user, for example: docker-compose exec claude-bot claude-bot doctor --fix, or: sudo -u USER claude-bot doctor --fix");
    }

    /// <summary>The user's number; null when it cannot be told, as for a folder that is not there.</summary>
    private static uint? Of(string path)
    {
        var answer = new byte[256];
        return Look(InWorkingDirectory, path, 0, UserId, answer) == 0 ? BitConverter.ToUInt32(answer, OwnerAt) : null;
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Look(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint wanted, [Out] byte[] answer);
}
