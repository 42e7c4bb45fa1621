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

    /// <summary>Looks at the disk, and at the ledger unless it was well and that is younger than <c>HEALTH_CHECK_INTERVAL</c>.</summary>
    public async Task<ReadinessReport> CheckAsync(CancellationToken cancellationToken)
    {
        if (!configuration.Get(DoorSettings.HealthChecks))
            return Good;
        string[] problems = [.. new[] { await LedgerProblemAsync(cancellationToken), floor.Objection() }.OfType<string>()];
        return problems.Length == 0 ? Good : new ReadinessReport(false, problems);
    }

    private async Task<string?> LedgerProblemAsync(CancellationToken cancellationToken)
    {
        var interval = configuration.Get(DoorSettings.HealthCheckInterval);
        if (_goodAt is { } at && time.GetElapsedTime(at) < interval)
            return null;
        try
        {
            await queue.CountAsync(cancellationToken);
            _goodAt = time.GetTimestamp();
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _goodAt = null;
            return $"The ledger does not answer ({error.GetType().Name}).";
        }
    }
}
