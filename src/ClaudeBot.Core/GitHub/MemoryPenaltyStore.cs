namespace ClaudeBot.GitHub;

/// <summary>For calls that no ledger stands behind: penalties live as long as the process, where the client itself remembers them.</summary>
public sealed class MemoryPenaltyStore : IPenaltyStore
{
    public Task<Penalty?> FindAsync(string server, CancellationToken cancellationToken) => Task.FromResult<Penalty?>(null);

    public Task KeepAsync(string server, Penalty penalty, CancellationToken cancellationToken) => Task.CompletedTask;
}
