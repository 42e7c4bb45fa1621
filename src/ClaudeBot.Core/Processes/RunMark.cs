using System.Globalization;

namespace ClaudeBot.Processes;

/// <summary>
/// A variable in the environment of an untrusted command, inherited by all that it starts: <c>PID.START.RUN</c> of the
/// process that started it and of the one run. By it leftovers are found, and told from the runs of a process that lives.
/// </summary>
internal static class RunMark
{
    public const string Name = "CLAUDE_BOT_RUN";

    /// <summary>This process: <c>PID.START</c>.</summary>
    public static string Owner { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{Environment.ProcessId}.{ProcessStatus.Read(Environment.ProcessId)?.StartedAt ?? 0}");

    /// <summary>A new value, this run's alone.</summary>
    public static string New() => $"{Owner}.{Guid.NewGuid():N}";

    /// <summary>True while the process lives that made this mark.</summary>
    public static bool HasLivingOwner(string mark) =>
        mark.Split('.') is [var id, var startedAt, _]
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
        && ProcessStatus.Read(process) is { IsZombie: false } owner
        && owner.StartedAt.ToString(CultureInfo.InvariantCulture) == startedAt;
}
