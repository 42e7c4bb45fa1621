using ClaudeBot.Processes;

namespace ClaudeBot.Sandbox;

/// <summary>
/// Makes the command line of bubblewrap, see bwrap(1). The command gets a process id namespace of its own: when the
/// watching bwrap dies, and the kernel kills it when the bot dies, the namespace's first process dies and with it all
/// the others, whatever they did to their parents, groups, sessions or environments.
/// </summary>
internal static class Bubblewrap
{
    /// <exception cref="System.ComponentModel.Win32Exception">Bubblewrap, or the command's program, is missing; names it.</exception>
    public static ProcessRequest Wrap(ProcessRequest command) => command with
    {
        Program = ProgramPath.OfSystem("bwrap", "bubblewrap"),
        Arguments = [.. Arguments(command.WorkingDirectory), "--", ProgramPath.Find(command), .. command.Arguments],
        IsSupervisor = true,
    };

    private static IEnumerable<string> Arguments(string workingDirectory) =>
    [
        "--unshare-pid",
        "--die-with-parent",
        "--dev-bind", "/", "/",
        "--proc", "/proc",
        "--chdir", workingDirectory,
    ];
}
