using System.Globalization;

namespace ClaudeBot.Processes;

/// <summary>
/// A child and everything that came from it, as far as <c>/proc</c> shows it: its process group, its session, and its
/// descendants by parent. A descendant that was seen once is still known after its parent has gone.
/// </summary>
/// <param name="leader">The child's process id, which is also its group's and its session's.</param>
/// <param name="isSupervisor">See <see cref="ProcessRequest.IsSupervisor"/>.</param>
internal sealed class ProcessFamily(int leader, bool isSupervisor)
{
    private static readonly TimeSpan DeathCheck = TimeSpan.FromMilliseconds(5);
    private const int DeathChecks = 400;

    // The leader is known by its start too: its id may be another's once it has ended.
    private readonly HashSet<(int Id, ulong StartedAt)> _known =
        ProcessStatus.Read(leader) is { } process ? [(process.Id, process.StartedAt)] : [];

    /// <summary>Takes in who is alive now; gives how many.</summary>
    public int Look() => Alive().Count;

    /// <summary>Asks everyone known and alive to end; a supervisor is not asked, it ends by itself.</summary>
    public void Terminate() => Signal(UnixSignal.Terminate, spared: isSupervisor ? leader : null);

    /// <summary>Kills everyone, and those born meanwhile, and waits until they are gone (at most some two seconds).</summary>
    public async Task KillAsync()
    {
        for (var i = 0; i < DeathChecks && Look() > 0; i++)
        {
            Signal(UnixSignal.Kill, spared: null);
            // Real time, whatever clock the runner has: the kernel is what is waited for, and it gives no signal for
            // processes that are not our children.
            await Task.Delay(DeathCheck, TimeProvider.System, CancellationToken.None);
        }
    }

    private void Signal(UnixSignal signal, int? spared)
    {
        var alive = Alive();
        var asGroup = spared is null && alive.Exists(p => p.Group == leader);
        if (asGroup)
            UnixProcesses.Send(-leader, signal);
        foreach (var process in alive.Where(p => p.Id != spared && !(asGroup && p.Group == leader)))
            UnixProcesses.Send(process.Id, signal);
    }

    private List<ProcessStatus> Alive()
    {
        // Hardly ever is anyone left, and to ask so takes a hundredth of reading every process's line.
        if (!ProcessStatus.Ids().Any(IsPerhapsRoot))
            return [];

        var all = ProcessStatus.All();
        var children = all.ToLookup(p => p.Parent);
        var found = new List<ProcessStatus>();
        var open = new Queue<ProcessStatus>(all.Where(IsRoot));
        var seen = new HashSet<int>();
        while (open.TryDequeue(out var process))
        {
            if (!seen.Add(process.Id))
                continue;
            _known.Add((process.Id, process.StartedAt));
            if (!process.IsZombie)
                found.Add(process);
            foreach (var child in children[process.Id])
                open.Enqueue(child);
        }

        return found;
    }

    private bool IsPerhapsRoot(int process) => UnixProcesses.IsLedBy(process, leader) || _known.Any(known => known.Id == process);

    private bool IsRoot(ProcessStatus process) =>
        process.Group == leader || process.Session == leader
        || _known.Contains((process.Id, process.StartedAt));
}

/// <summary>One line of <c>/proc/N/stat</c>, see <c>proc(5)</c>.</summary>
/// <param name="StartedAt">Clock ticks after boot: with the id it names a process for good, ids being used again.</param>
/// <param name="CpuTicks">What it used, and what its ended children used that were waited for.</param>
internal sealed record ProcessStatus(int Id, int Parent, int Group, int Session, ulong StartedAt, bool IsZombie, long CpuTicks, long ResidentPages)
{
    /// <summary>Every process that can be seen.</summary>
    public static List<ProcessStatus> All() => [.. Ids().Select(Read).OfType<ProcessStatus>()];

    /// <summary>The numbers of every process that can be seen.</summary>
    public static IEnumerable<int> Ids() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0);

    /// <summary>The process now; null when there is none.</summary>
    public static ProcessStatus? Read(int id)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The second field is the program's name in brackets; it may itself hold brackets and blanks.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessStatus(id, Number(1), Number(2), Number(3), ulong.Parse(fields[19], CultureInfo.InvariantCulture), fields[0] is "Z" or "X", Large(11) + Large(12) + Large(13) + Large(14), Large(21));

        long Large(int index) => long.Parse(fields[index], CultureInfo.InvariantCulture);
        int Number(int index) => int.Parse(fields[index], CultureInfo.InvariantCulture);
    }
}
