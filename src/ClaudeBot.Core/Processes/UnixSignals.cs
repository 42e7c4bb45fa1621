using System.Runtime.InteropServices;

namespace ClaudeBot.Processes;

internal enum UnixSignal
{
    Kill = 9,
    Terminate = 15,
}

internal static class UnixSignals
{
    /// <summary>Sends a signal to a process, or with a negative number to a process group. One that is gone is no error.</summary>
    public static void Send(int target, UnixSignal signal) => _ = Kill(target, (int)signal);

    // Plain numbers need no marshalling; the generated form would only make the whole project allow unsafe code.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int target, int signal);
}
