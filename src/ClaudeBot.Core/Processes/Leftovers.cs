using System.Text;

namespace ClaudeBot.Processes;

/// <summary>
/// Ends what untrusted commands left behind. A command can leave its process group and its session, and whoever started
/// it can die first; the environment is inherited by all of them and finds them. A process that wipes its environment
/// escapes this, not the sandbox.
/// </summary>
public static class Leftovers
{
    private const int MostSweeps = 20;

    /// <summary>Kills every process with this home; gives how many there were.</summary>
    /// <param name="home">The whole path, as it was given to the command.</param>
    public static int KillAtHome(string home) => Kill(environment => environment.Contains($"HOME={home}"));

    /// <summary>Kills every process whose home lies in the folder and whose bot is dead; gives how many there were.</summary>
    /// <param name="homes">The folder of the homes; absolute.</param>
    public static int KillOrphans(string homes) => Kill(environment => IsOrphan(environment, homes));

    /// <summary>How many <see cref="KillOrphans"/> would kill.</summary>
    /// <param name="homes">The folder of the homes; absolute.</param>
    public static int CountOrphans(string homes) => Find(environment => IsOrphan(environment, homes)).Count;

    internal static int KillMarked(string mark) => Kill(environment => environment.Contains($"{RunMark.Name}={mark}"));

    /// <summary>Kills until a look finds nobody: a process may start another between the look and the kill.</summary>
    private static int Kill(Predicate<string[]> belongs)
    {
        var killed = new HashSet<int>();
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            var found = Find(belongs);
            if (found.Count == 0)
                break;
            foreach (var process in found)
            {
                UnixProcesses.Send(process.Id, UnixSignal.Kill);
                killed.Add(process.Id);
            }
        }

        return killed.Count;
    }

    private static List<ProcessStatus> Find(Predicate<string[]> belongs) =>
        [.. ProcessStatus.All().Where(process => !process.IsZombie && process.Id != Environment.ProcessId && belongs(EnvironmentOf(process.Id)))];

    private static bool IsOrphan(string[] environment, string homes) =>
        environment.Any(variable => variable.StartsWith($"HOME={homes}/", StringComparison.Ordinal))
        && !environment.Any(variable => variable.StartsWith($"{RunMark.Name}=", StringComparison.Ordinal) && RunMark.HasLivingOwner(variable[(RunMark.Name.Length + 1)..]));

    private static string[] EnvironmentOf(int process)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{process}/environ")).Split('\0');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return []; // gone, or another user's
        }
    }
}
