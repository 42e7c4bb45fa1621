using System.ComponentModel;
using ClaudeBot.Processes;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Sandbox;

/// <summary>
/// Runs commands that are not trusted: agents, their shells, and a repository's own build and tests. When a run has
/// ended, or this process has died, nothing of it is alive. Without the sandbox that holds for what kept its
/// environment, and after a death of this process only from the next start on.
/// </summary>
public sealed partial class SandboxRunner(ProcessRunner processes, SandboxOptions options, ILogger<SandboxRunner> logger)
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(20);

    /// <inheritdoc cref="ProcessRunner.RunAsync"/>
    public async Task<ProcessResult> RunAsync(ProcessRequest command, SandboxView view, CancellationToken cancellationToken)
    {
        var mark = RunMark.New();
        var marked = command with { Environment = new Dictionary<string, string>(command.Environment) { [RunMark.Name] = mark } };
        try
        {
            return await processes.RunAsync(options.Enabled ? Bubblewrap.Wrap(marked, view) : marked, cancellationToken);
        }
        finally
        {
            if (Leftovers.KillMarked(mark) is > 0 and var count)
                Log.LeftoversKilled(logger, count);
        }
    }

    /// <summary>Tries the sandbox on this machine.</summary>
    /// <returns>Null when commands can be run; else what is missing and what to do.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        if (!options.Enabled)
            return null;
        var folder = Path.GetTempPath();
        var probe = new ProcessRequest
        {
            Program = "true",
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
            Timeout = ProbeTimeout,
        };
        try
        {
            var result = await processes.RunAsync(Bubblewrap.Wrap(probe, new SandboxView(folder, folder)), cancellationToken);
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
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Killed {Count} processes that a command left behind")]
        public static partial void LeftoversKilled(ILogger logger, int count);
    }
}
