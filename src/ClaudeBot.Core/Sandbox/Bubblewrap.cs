using ClaudeBot.Processes;

namespace ClaudeBot.Sandbox;

/// <summary>
/// Makes the command line of bubblewrap, see bwrap(1). The command gets a process id namespace of its own: when the
/// watching bwrap dies, and the kernel kills it when the bot dies, the namespace's first process dies and with it all
/// the others, whatever they did to their parents, groups, sessions or environments. It gets a file system of its own:
/// the system's folders, read-only, what the view names, and empty folders for what is temporary.
/// </summary>
internal static class Bubblewrap
{
    // Not the folders of people (/home, /root), of services and what is installed by hand (/var, /srv, /opt), of secrets and sockets (/run).
    private static readonly string[] SystemFolders = ["/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    // A bot that runs as root could read them.
    private static readonly string[] Hidden = ["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/etc/ssh", "/etc/ssl/private"];

    /// <exception cref="System.ComponentModel.Win32Exception">Bubblewrap, or the command's program, is missing; names it.</exception>
    public static ProcessRequest Wrap(ProcessRequest command, SandboxView view)
    {
        var program = ProgramPath.Find(command);
        return command with
        {
            Program = ProgramPath.OfSystem("bwrap", "bubblewrap"),
            Arguments =
            [
                "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--cap-drop", "ALL",
                .. SystemFolders.SelectMany(System),
                "--proc", "/proc", "--dev", "/dev",
                .. Hidden.SelectMany(Covered),
                "--tmpfs", "/tmp", "--tmpfs", "/run",
                .. OfProgram(program),
                .. view.Readable.SelectMany(path => (string[])["--ro-bind-try", path, path]),
                "--bind", view.Home, view.Home,
                "--bind", view.WorkTree, view.WorkTree,
                "--chdir", command.WorkingDirectory,
                "--", program, .. command.Arguments,
            ],
            IsSupervisor = true,
        };
    }

    /// <summary>Links, as <c>/bin</c> on most systems, stay links.</summary>
    private static string[] System(string folder) => new DirectoryInfo(folder) switch
    {
        { LinkTarget: { } target } => ["--symlink", target, folder],
        { Exists: true } => ["--ro-bind", folder, folder],
        _ => [],
    };

    private static string[] Covered(string path) =>
        Directory.Exists(path) ? ["--tmpfs", path] : File.Exists(path) ? ["--ro-bind", "/dev/null", path] : [];

    /// <summary>A program outside the system's folders is shown with what lies beside it; a link to it stays a link.</summary>
    private static string[] OfProgram(string program)
    {
        if (SystemFolders.Any(folder => program.StartsWith(folder + "/", StringComparison.Ordinal)))
            return [];
        var target = File.ResolveLinkTarget(program, returnFinalTarget: true)?.FullName;
        var folder = Path.GetDirectoryName(target ?? program)!;
        return [.. target is null ? (string[])[] : ["--symlink", target, program], "--ro-bind", folder, folder];
    }
}
