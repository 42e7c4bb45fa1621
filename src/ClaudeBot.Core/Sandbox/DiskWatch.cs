using System.Globalization;
using ClaudeBot.Processes;

namespace ClaudeBot.Sandbox;

/// <summary>A command filled the disk beyond what it may, and was ended at once. The message says how far, and how far it may.</summary>
/// <param name="isOver">True: it passed its own limit. False: the machine's disk is nearly full, and it holds a part of that.</param>
public sealed class SandboxDiskException(string message, bool isOver) : Exception(message)
{
    public bool IsOver { get; } = isOver;
}

/// <summary>
/// Looks, while a command runs, at how much its work tree and its home have grown to: no limit of a process's binds the sum of
/// its files. The disk's free space is asked often, which costs nothing; the files are counted when it shrank, and now and then.
/// </summary>
internal sealed class DiskWatch(ProcessRunner processes, SandboxView view, SandboxLimits limits)
{
    /// <summary>What is no news: less than this is not counted again, and does not fill a disk.</summary>
    private const long Step = 64L << 20;

    private const int MostLooksBetweenCounts = 30;

    private static readonly TimeSpan CountTimeout = TimeSpan.FromMinutes(1);

    private long _free = Free(view) ?? 0;
    private int _looks;

    /// <summary>Why the command had to end; null while there is no reason.</summary>
    public SandboxDiskException? Fault { get; private set; }

    /// <summary>Looks until it is cancelled, or has called <paramref name="stop"/> because of <see cref="Fault"/>.</summary>
    public async Task WatchAsync(Action stop, TimeSpan interval, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await LookAsync(isLast: false, cancellationToken);
                if (Fault is null)
                    continue;
                stop();
                return;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The command has ended.
        }
    }

    /// <param name="isLast">The command has ended: count only if it wrote much, so that short commands stay short.</param>
    public async Task LookAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (Free(view) is not { } free)
            return;
        var isFull = free < limits.DiskFloor;
        if (!isFull && _free - free < Step && (isLast || ++_looks < MostLooksBetweenCounts))
            return;

        (_free, _looks) = (free, 0);
        var (bytes, isWhole) = await CountAsync(cancellationToken);
        if (bytes > limits.Disk)
            Fault = new SandboxDiskException($"The files in the work tree and the home grew to {Size(bytes)}; {Size(limits.Disk)} are the most (SANDBOX_DISK_MB). The command was ended and the files were removed.", isOver: true);
        else if (isFull && !isLast && (bytes >= Step || !isWhole))
            Fault = new SandboxDiskException($"The disk is nearly full: {Size(free)} are free, {Size(limits.DiskFloor)} are to stay so (DISK_FLOOR_MB). A command that held {Size(bytes)} of it was ended and its files were removed.", isOver: false);
    }

    /// <summary>What the files take up, in bytes; false when not all of it could be seen.</summary>
    private async Task<(long Bytes, bool IsWhole)> CountAsync(CancellationToken cancellationToken)
    {
        var result = await processes.RunAsync(
            new ProcessRequest
            {
                Program = "du",
                Arguments = ["-s", "-x", "--block-size=1", "--", view.WorkTree, view.Home],
                WorkingDirectory = "/",
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["LC_ALL"] = "C" },
                Timeout = CountTimeout,
            },
            cancellationToken);

        // "bytes", a tab, the folder: du(1).
        var bytes = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Sum(line => long.TryParse(line.Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
        return (bytes, result.Succeeded);
    }

    /// <summary>Null when the folder is gone: without a sandbox a command can remove it.</summary>
    private static long? Free(SandboxView view)
    {
        try
        {
            return new DriveInfo(view.WorkTree).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MB");
}
