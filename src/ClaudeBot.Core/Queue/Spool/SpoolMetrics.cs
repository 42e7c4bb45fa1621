using System.Diagnostics.Metrics;

namespace ClaudeBot.Queue.Spool;

/// <summary>Counts the files that were moved to <c>corrupted/</c>.</summary>
public sealed class SpoolMetrics : Meter
{
    public SpoolMetrics(Quarantine quarantine)
        : base("ClaudeBot.Queue.Spool")
    {
        var corrupted = CreateCounter<long>("claude_bot_corrupted_files_total");
        quarantine.Quarantined += () => corrupted.Add(1);
    }
}
