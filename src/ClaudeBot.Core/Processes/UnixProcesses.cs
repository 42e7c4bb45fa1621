using System.Runtime.InteropServices;

namespace ClaudeBot.Processes;

internal enum UnixSignal
{
    Kill = 9,
    Terminate = 15,
}

/// <summary>What the system is asked about processes directly: kill(2), getpgid(2), getsid(2).</summary>
internal static class UnixProcesses
{
    /// <summary>Sends a signal to a process, or with a negative number to a process group. One that is gone is no error.</summary>
    public static void Send(int target, UnixSignal signal) => _ = Kill(target, (int)signal);

    /// <summary>Whether a process, a zombie too, belongs to the group or session that this number leads. One that is gone does not.</summary>
    public static bool IsLedBy(int process, int leader) => GroupOf(process) == leader || SessionOf(process) == leader;

    // Plain numbers need no marshalling; the generated form would only make the whole project allow unsafe code.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int target, int signal);

    [DllImport("libc", EntryPoint = "getpgid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GroupOf(int process);

    [DllImport("libc", EntryPoint = "getsid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SessionOf(int process);
}
