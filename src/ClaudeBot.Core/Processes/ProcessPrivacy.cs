using System.Runtime.InteropServices;

namespace ClaudeBot.Processes;

/// <summary>Keeps this process's memory and environment from other processes of the same user.</summary>
public static class ProcessPrivacy
{
    private const int SetDumpable = 4;

    /// <summary>
    /// <c>PR_SET_DUMPABLE</c> of prctl(2): no core dump, no ptrace, and <c>/proc/PID/environ</c> and <c>mem</c> belong to
    /// root. Children are dumpable again. Where the system refuses, nothing is changed.
    /// </summary>
    public static void Hide() => _ = Control(SetDumpable, 0, 0, 0, 0);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint first, nuint second, nuint third, nuint fourth);
}
