using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace ClaudeBot.Agents;

/// <summary>
/// Ends what a run left behind. Claude Code runs each command in a session of its own, which a kill of its process group
/// does not reach; the environment is inherited by all of them, so a value in it that is this run's alone finds them.
/// A process that wipes its environment escapes this, not the sandbox.
/// </summary>
internal static class Leftovers
{
    private const int MostSweeps = 20;

    /// <summary>Kills until a look finds nobody: a process may start another between the look and the kill.</summary>
    public static int Kill(string name, string value)
    {
        var killed = 0;
        var needle = Encoding.UTF8.GetBytes($"{name}={value}\0");
        for (var sweep = 0; sweep < MostSweeps; sweep++)
        {
            var found = Marked(needle).ToList();
            if (found.Count == 0)
                break;
            killed += found.Count(KillOne);
        }
        return killed;
    }

    private static IEnumerable<int> Marked(byte[] needle)
    {
        if (!Directory.Exists("/proc"))
            yield break;
        foreach (var folder in Directory.GetDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder), out var id) && id != Environment.ProcessId && HasInEnvironment(folder, needle))
                yield return id;
    }

    private static bool HasInEnvironment(string folder, byte[] needle)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(needle) >= 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // gone, or another user's
        }
    }

    private static bool KillOne(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false; // gone meanwhile
        }
    }
}
