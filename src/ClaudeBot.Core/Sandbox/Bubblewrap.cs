using System.Globalization;
using ClaudeBot.Processes;

namespace ClaudeBot.Sandbox;

/// <summary>What one run of a command is given beside its view.</summary>
/// <param name="Groups">The control groups that it joins.</param>
/// <param name="Filter">A file with the filter of its system calls; null: none.</param>
internal sealed record SandboxFittings(SandboxLimits Limits, SandboxDoors Doors, IReadOnlyList<string> Groups, string? Filter);

/// <summary>
/// Makes the command line of bubblewrap, see bwrap(1). The command gets a process id namespace of its own: when the
/// watching bwrap dies, and the kernel kills it when the bot dies, the namespace's first process dies and with it all
/// the others, whatever they did to their parents, groups, sessions or environments. It gets a file system of its own:
/// the system's folders, read-only, what the view names, and empty folders for what is temporary. It gets a network of
/// its own, which has nothing but a loopback.
/// </summary>
internal static class Bubblewrap
{
    private const string DoorsFolder = "/run/claude-bot";

    // Joins the control groups, opens the filter, and becomes bwrap. $1 the filter or "", then groups, "--" and the command.
    private const string Enter = """
        [ -z "$1" ] || exec 9< "$1" || exit 71
        shift
        while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 71; shift; done
        shift; exec "$@"
        """;

    // Leads each port of the loopback to its door, waits until all are open, and becomes the command. The leading
    // processes are nobody's children here, so that a command which waits for its children does not wait for them.
    private const string Lead = """
        ports=; program=$1; shift
        while [ "$1" != -- ]; do
          ( "$program" -t 60 "TCP-LISTEN:$1,bind=127.0.0.1,reuseaddr,backlog=128,fork" "UNIX-CONNECT:/run/claude-bot/$1" < /dev/null > /dev/null 2>&1 & )
          ports="$ports $1"; shift
        done
        shift
        for port in $ports; do
          address=$(printf '0100007F:%04X' "$port"); tries=0; open=
          until [ "$open" ]; do
            while read -r _ local _ state _; do [ "$local" = "$address" ] && [ "$state" = 0A ] && open=1; done < /proc/net/tcp
            [ "$open" ] || { [ "$tries" -lt 1000 ] || { echo "the sandbox's door $port did not open" >&2; exit 71; }; tries=$((tries + 1)); /bin/sleep 0.01; }
          done
        done
        unset ports program address tries open port
        exec "$@"
        """;

    // Not the folders of people (/home, /root), of services and what is installed by hand (/var, /srv, /opt), of secrets and sockets (/run).
    private static readonly string[] SystemFolders = ["/usr", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    // A bot that runs as root could read them.
    private static readonly string[] Hidden = ["/etc/shadow", "/etc/gshadow", "/etc/shadow-", "/etc/gshadow-", "/etc/ssh", "/etc/ssl/private"];

    // The kernel's own, of which some files ask for root's number alone and not for a capability: the lists of the Open
    // Containers' runtimes. Bubblewrap itself leaves out those whose folder it finds not to be writable.
    private static readonly string[] KernelReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", "/proc/dynamic_debug"];
    private static readonly string[] KernelHidden =
        ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/mtrr", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats"];

    // Where a container shows /proc/sys read-only, bubblewrap cannot set the number of user namespaces to none, and the
    // filter of system calls alone forbids them.
    private static bool CountsNamespaces { get; } = SystemCallFilter.Bytes is null
        || !File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).Any(mount => mount[4] == "/proc/sys" && mount[5].Split(',').Contains("ro"));

    /// <exception cref="System.ComponentModel.Win32Exception">A program of the sandbox's, or the command's, is missing; names it.</exception>
    public static ProcessRequest Wrap(ProcessRequest command, SandboxView view, SandboxFittings fittings)
    {
        var program = ProgramPath.Find(command);
        var (limits, doors) = (fittings.Limits, fittings.Doors);
        return command with
        {
            Program = "/bin/sh",
            Arguments =
            [
                "-c", Enter, "enter", fittings.Filter ?? "", .. fittings.Groups, "--",
                ProgramPath.OfSystem("bwrap", "bubblewrap"),
                "--unshare-user", .. CountsNamespaces ? (string[])["--disable-userns"] : [], "--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
                "--die-with-parent", "--new-session", "--cap-drop", "ALL",
                .. fittings.Filter is null ? (string[])[] : ["--seccomp", "9"],
                .. SystemFolders.SelectMany(System),
                "--proc", "/proc", .. KernelReadOnly.SelectMany(path => (string[])["--ro-bind-try", path, path]), .. KernelHidden.SelectMany(Covered), "--dev", "/dev", "--size", Text(limits.Temporary), "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
                .. Hidden.SelectMany(Covered),
                "--size", Text(limits.Temporary), "--tmpfs", "/tmp", "--size", Text(limits.Temporary), "--tmpfs", "/run",
                .. OfProgram(program),
                .. view.Readable.SelectMany(path => (string[])["--ro-bind-try", path, path]),
                "--bind", view.Home, view.Home,
                view.WorkTreeIsReadOnly ? "--ro-bind" : "--bind", view.WorkTree, view.WorkTree,
                .. doors.Ports.Count == 0 ? (string[])[] : ["--ro-bind", doors.Folder, DoorsFolder],
                .. doors.ProxyPort is { } port ? ToProxy(port) : [],
                "--remount-ro", "/",
                "--chdir", command.WorkingDirectory,
                "--", ProgramPath.OfSystem("prlimit", "util-linux"), .. ProcessLimits.Arguments(limits), "--", .. Led(doors), program, .. command.Arguments,
            ],
            IsSupervisor = true,
        };
    }

    private static string[] Led(SandboxDoors doors) => doors.Ports.Count == 0
        ? []
        : ["/bin/sh", "-c", Lead, "lead", ProgramPath.OfSystem("socat", "socat"), .. doors.Ports.Select(port => Text(port)), "--"];

    private static IEnumerable<string> ToProxy(int port)
    {
        var address = $"http://127.0.0.1:{port}";
        const string direct = "localhost,127.0.0.1,::1";
        return new[] { ("HTTP_PROXY", address), ("HTTPS_PROXY", address), ("http_proxy", address), ("https_proxy", address), ("NO_PROXY", direct), ("no_proxy", direct) }
            .SelectMany(variable => (string[])["--setenv", variable.Item1, variable.Item2]);
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

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
