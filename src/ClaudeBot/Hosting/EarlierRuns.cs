using ClaudeBot.Processes;
using ClaudeBot.Queue;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Hosting;

/// <summary>
/// Ends what earlier runs left alive: at the start, under the data folder's lock and before the first task is taken back,
/// whatever belongs to a bot that died; at a claim, whatever still works on the same task for a worker that lost it.
/// </summary>
internal sealed partial class EarlierRuns(WorkspaceStore workspaces, WorkspaceOptions options, ILogger<EarlierRuns> logger) : LifecycleService
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Leftovers.KillOrphans(WorkspaceStore.Homes(options)) is > 0 and var count)
            Log.OrphansKilled(logger, count);
        return Task.CompletedTask;
    }

    /// <summary>A <see cref="ClaimCheck"/> without objections. The home is the task's own, and the lease is ours: nobody else may be at work in it.</summary>
    public Task<string?> CheckClaimAsync(TaskLease lease, CancellationToken cancellationToken)
    {
        if (Leftovers.KillAtHome(workspaces.Home(lease.Id, lease.Task.Repository, lease.Task.IssueNumber)) is > 0 and var count)
            Log.OthersKilled(logger, count, lease.Id);
        return Task.FromResult<string?>(null);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Killed {Count} processes of agents and checks that an earlier life of the bot left behind")]
        public static partial void OrphansKilled(ILogger logger, int count);

        [LoggerMessage(2, LogLevel.Warning, "Killed {Count} processes that worked on {TaskId} for a worker that lost it")]
        public static partial void OthersKilled(ILogger logger, int count, TaskId taskId);
    }
}
