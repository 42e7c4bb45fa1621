using Microsoft.Extensions.Logging;

namespace ClaudeBot.Queue;

/// <summary>
/// Keeps room on the disk for the ledger: under the floor no task is started, while deliveries are still taken as long
/// as they can be stored. Says once in the log when that begins and when it ends.
/// </summary>
public sealed partial class DiskFloor
{
    private readonly int _floor;
    private readonly Func<long> _free;
    private readonly ILogger<DiskFloor> _logger;
    private bool _isUnder;

    /// <param name="folder">The data folder; all that the bot writes lies on its disk.</param>
    /// <param name="megabytes">What must be free.</param>
    /// <param name="logger">Told of each change.</param>
    public DiskFloor(string folder, int megabytes, ILogger<DiskFloor> logger)
        : this(() => new DriveInfo(folder).AvailableFreeSpace / (1024 * 1024), megabytes, logger)
    {
    }

    internal DiskFloor(Func<long> freeMegabytes, int megabytes, ILogger<DiskFloor> logger) => (_free, _floor, _logger) = (freeMegabytes, megabytes, logger);

    /// <summary>Why nothing new may be started, in one sentence for people; null when there is room.</summary>
    public string? Objection()
    {
        try
        {
            var free = _free();
            return free < _floor ? $"Only {free} MB are free in the data folder; DISK_FLOOR_MB asks for {_floor}. Make room: no task is started until then." : null;
        }
        catch (IOException fault)
        {
            return $"The free space of the data folder cannot be read: {fault.Message}";
        }
    }

    /// <summary>A <see cref="ClaimGuard"/>.</summary>
    public Task<TaskLease?> GuardAsync(Func<CancellationToken, Task<TaskLease?>> claim, CancellationToken cancellationToken)
    {
        var objection = Objection();
        if (objection is null && _isUnder)
            Log.Over(_logger);
        else if (objection is not null && !_isUnder)
            Log.Under(_logger, objection);
        _isUnder = objection is not null;
        return objection is null ? claim(cancellationToken) : Task.FromResult<TaskLease?>(null);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Objection} Deliveries are still taken")]
        public static partial void Under(ILogger logger, string objection);

        [LoggerMessage(2, LogLevel.Information, "The data folder has room again; tasks are started")]
        public static partial void Over(ILogger logger);
    }
}
