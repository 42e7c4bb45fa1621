using System.Globalization;

namespace ClaudeBot.Sandbox;

/// <summary>
/// A control group for one command, where this process may make one (in effect: root, outside a container): it bounds
/// processes and memory of all that the command starts, of root too, whom the limits of a process do not bind. Version 2
/// of cgroups(7), or the controllers of version 1.
/// </summary>
internal sealed class ControlGroup : IAsyncDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const string Prefix = "claude-bot-";

    private static readonly TimeSpan RemovalCheck = TimeSpan.FromMilliseconds(5);
    private const int RemovalTries = 200;

    private readonly List<string> _folders = [];
    private readonly Action<string> _make;

    private ControlGroup(Action<string> make) => _make = make;

    /// <summary>What the command has to join; empty where no group can be made.</summary>
    public IReadOnlyList<string> Folders => _folders;

    public static ControlGroup Create(SandboxLimits limits) => Create(limits, Root, folder => Directory.CreateDirectory(folder));

    /// <param name="root">Where the control groups are mounted.</param>
    /// <param name="make">Makes a group of a folder, as the kernel does when one is made there.</param>
    internal static ControlGroup Create(SandboxLimits limits, string root, Action<string> make)
    {
        var group = new ControlGroup(make);
        if (File.Exists($"{root}/cgroup.controllers"))
        {
            // One by one: the kernel refuses the whole line when it lacks one of them.
            if (TryWrite($"{root}/cgroup.subtree_control", "+pids") | TryWrite($"{root}/cgroup.subtree_control", "+memory"))
                group.Add(root, ("pids.max", limits.Processes), ("memory.max", limits.Memory), ("memory.swap.max", 0));
        }
        else
        {
            group.Add($"{root}/pids", ("pids.max", limits.Processes));
            group.Add($"{root}/memory", ("memory.limit_in_bytes", limits.Memory));
        }

        return group;
    }

    /// <summary>All that was in it must have been killed; what a dead bot left is taken away by <see cref="Sweep"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        // The kernel lets go of a killed process in its own time, and gives no signal.
        for (var i = 0; i < RemovalTries && !_folders.TrueForAll(Remove); i++)
            await Task.Delay(RemovalCheck, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Takes away the groups of bots that have ended.</summary>
    public static void Sweep()
    {
        foreach (var parent in new[] { Root, $"{Root}/pids", $"{Root}/memory" }.Where(Directory.Exists))
        {
            foreach (var folder in Directory.GetDirectories(parent, Prefix + "*").Where(folder => !Directory.Exists($"/proc/{Path.GetFileName(folder).Split('-')[2]}")))
                Remove(folder);
        }
    }

    private void Add(string parent, params (string File, long Value)[] limits)
    {
        var folder = $"{parent}/{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}";
        try
        {
            if (!Directory.Exists(parent))
                return;
            _make(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return;
        }

        // A kernel may lack one of them (swap accounting, most often); the others still count.
        foreach (var (file, value) in limits)
            TryWrite($"{folder}/{file}", value.ToString(CultureInfo.InvariantCulture));
        if (File.Exists($"{folder}/cgroup.procs"))
            _folders.Add(folder);
        else
            Remove(folder);
    }

    private static bool TryWrite(string file, string text)
    {
        try
        {
            // Not created: in a group only the kernel makes files.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
            stream.Write(System.Text.Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>False while somebody is in it.</summary>
    private static bool Remove(string folder)
    {
        try
        {
            // Its files are the kernel's and go with it.
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: false);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
