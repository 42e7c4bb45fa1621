using ClaudeBot.Configuration;
using ClaudeBot.Queue;

namespace ClaudeBot.Operations;

/// <summary>Whether the bot can work; <paramref name="Problems"/> says for people why not.</summary>
public sealed record ReadinessReport(bool Ready, IReadOnlyList<string> Problems);

/// <summary>Looks at what the bot cannot work without: the ledger, and room on the disk.</summary>
public sealed class Readiness(ITaskQueue queue, DiskFloor floor, BotConfiguration configuration, TimeProvider time)
{
    private static readonly ReadinessReport Good = new(true, []);
    private long? _goodAt;

    /// <summary>Looks, unless the last look was good and is younger than <c>HEALTH_CHECK_INTERVAL</c>.</summary>
    public async Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        if (!configuration.Get(DoorSettings.HealthChecks) || (_goodAt is { } at && time.GetElapsedTime(at) < configuration.Get(DoorSettings.HealthCheckInterval)))
            return Good;
        var report = await LookAsync(cancellationToken);
        _goodAt = report.Ready ? time.GetTimestamp() : null;
        return report;
    }

    private async Task<ReadinessReport> LookAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        try
        {
            await queue.CountAsync(cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            problems.Add($"the ledger does not answer ({error.GetType().Name})");
        }

        if (floor.Objection() is { } objection)
            problems.Add(objection);
        return new ReadinessReport(problems.Count == 0, problems);
    }
}
