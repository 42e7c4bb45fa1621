using System.ComponentModel;
using ClaudeBot.Egress;
using ClaudeBot.Processes;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Sandbox;

/// <summary>
/// Runs commands that are not trusted: agents, their shells, and a repository's own build and tests. When a run has
/// ended, or this process has died, nothing of it is alive. Without the sandbox that holds for what kept its
/// environment, and after a death of this process only from the next start on; network and limits are the machine's then.
/// </summary>
public sealed partial class SandboxRunner(ProcessRunner processes, SandboxOptions options, ILogger<SandboxRunner> logger)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Any: the probe only wants to see a door open.</summary>
    private const int ProbePort = 3128;

    /// <summary>How often the disk is looked at while a command runs.</summary>
    internal TimeSpan DiskInterval { get; init; } = TimeSpan.FromSeconds(1);

    private readonly EgressProxy? _egress =
        options.EgressAllow.Count > 0 ? new EgressProxy(new EgressAllowList(options.EgressAllow), TimeProvider.System) : null;

    /// <inheritdoc cref="ProcessRunner.RunAsync"/>
    /// <exception cref="SandboxDiskException">It filled the disk; all of it is dead by then.</exception>
    public async Task<ProcessResult> RunAsync(ProcessRequest command, SandboxView view, CancellationToken cancellationToken)
    {
        var mark = RunMark.New();
        var marked = command with { Environment = new Dictionary<string, string>(command.Environment) { [RunMark.Name] = mark } };
        var disk = new DiskWatch(processes, view, options.Limits);
        using var ended = new CancellationTokenSource();
        // Killed without the polite signal: it would go on writing while it ends in order.
        var watching = disk.WatchAsync(() => Leftovers.KillMarked(mark), DiskInterval, ended.Token);
        try
        {
            var result = options.Enabled ? await RunInsideAsync(marked, view, cancellationToken) : await processes.RunAsync(marked, cancellationToken);
            await ended.CancelAsync();
            await watching;
            if (disk.Fault is null)
                await disk.LookAsync(isLast: true, cancellationToken);
            return disk.Fault is { } fault ? throw fault : result;
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
            if (Leftovers.KillMarked(mark) is > 0 and var count)
                Log.LeftoversKilled(logger, count);
        }
    }

    /// <summary>Tries the sandbox on this machine, and takes away what runs of a dead process left of theirs.</summary>
    /// <returns>Null when commands can be run; else what is missing and what to do.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        OwnedFolder.Sweep();
        ControlGroup.Sweep();
        if (!options.Enabled)
            return null;
        var folder = OwnedFolder.Create("probe");
        var probe = new ProcessRequest
        {
            Program = "true",
            WorkingDirectory = folder.FullName,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            Timeout = ProbeTimeout,
        };
        try
        {
            var result = await RunInsideAsync(probe, new SandboxView(folder.FullName, folder.FullName) { LoopbackPorts = [ProbePort] }, cancellationToken);
            return result.Succeeded
                ? null
                : $"The sandbox for agents cannot be made here: {result.Error.Trim()} (exit code {result.ExitCode}). Allow user namespaces and a fresh /proc "
                  + "(on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0; in a container: a seccomp profile that allows them and systempaths=unconfined), "
                  + "or set SANDBOX=off to run agents without a sandbox.";
        }
        catch (Win32Exception missing)
        {
            return $"The sandbox for agents cannot be made here. {missing.Message} Install it, or set SANDBOX=off to run agents without a sandbox.";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>True when nothing bounds the processes of a command: root is not bound by a process's own limits.</summary>
    public async Task<bool> LacksProcessLimitAsync()
    {
        await using var group = ControlGroup.Create(options.Limits);
        return options.Enabled && Environment.IsPrivilegedProcess && group.Folders.Count == 0;
    }

    private async Task<ProcessResult> RunInsideAsync(ProcessRequest command, SandboxView view, CancellationToken cancellationToken)
    {
        await using var doors = SandboxDoors.Open(view, _egress);
        var filter = SystemCallFilter.Bytes is null ? null : Path.Combine(doors.Folder, "filter");
        if (filter is not null)
            await File.WriteAllBytesAsync(filter, SystemCallFilter.Bytes!, cancellationToken);
        await using var group = ControlGroup.Create(options.Limits);
        return await processes.RunAsync(
            Bubblewrap.Wrap(command, view, new SandboxFittings(options.Limits, doors, group.Folders, filter)), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Killed {Count} processes that a command left behind")]
        public static partial void LeftoversKilled(ILogger logger, int count);
    }
}
