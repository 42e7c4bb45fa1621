using System.Globalization;

namespace ClaudeBot.Processes;

/// <summary>What this process and all that it started use of the machine.</summary>
/// <param name="MemoryBytes">In a container what the container uses, without files that the kernel may drop; elsewhere the resident memory of the process and its descendants.</param>
/// <param name="Cpu">Processor time since the start of the container, or of the process.</param>
public sealed record ProcessUse(long MemoryBytes, TimeSpan Cpu)
{
    private const string Group = "/sys/fs/cgroup";
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK): the same on every Linux that .NET runs on.

    /// <summary>Looks now; takes a few milliseconds.</summary>
    public static ProcessUse Read() => OfContainer() ?? OfTree();

    // A container sees its own control group as the root, and only a real root has no memory.current (cgroups(7), version 2).
    private static ProcessUse? OfContainer()
    {
        try
        {
            if (!File.Exists($"{Group}/memory.current") || File.ReadAllText("/proc/self/cgroup").Trim() != "0::/")
                return null;
            var memory = long.Parse(File.ReadAllText($"{Group}/memory.current"), CultureInfo.InvariantCulture);
            return new ProcessUse(memory - Line("memory.stat", "inactive_file"), TimeSpan.FromMicroseconds(Line("cpu.stat", "usage_usec")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private static long Line(string file, string name) => File.ReadLines($"{Group}/{file}")
        .Select(line => line.Split(' '))
        .Where(parts => parts[0] == name)
        .Select(parts => long.Parse(parts[1], CultureInfo.InvariantCulture))
        .FirstOrDefault();

    private static ProcessUse OfTree()
    {
        var all = ProcessStatus.All();
        var children = all.ToLookup(process => process.Parent);
        var open = new Queue<ProcessStatus>(all.Where(process => process.Id == Environment.ProcessId));
        var (pages, ticks) = (0L, 0L);
        while (open.TryDequeue(out var process))
        {
            (pages, ticks) = (pages + process.ResidentPages, ticks + process.CpuTicks);
            foreach (var child in children[process.Id])
                open.Enqueue(child);
        }

        return new ProcessUse(pages * Environment.SystemPageSize, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }
}
