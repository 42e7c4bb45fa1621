using System.Collections.Concurrent;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;

namespace ClaudeBot.Gate;

/// <summary>Runs a repository's own build and tests, after the agent has ended, in a sandbox and with no secret in the environment.</summary>
public sealed class CheckRunner(SandboxRunner sandbox, GateOptions options, SecretMask mask)
{
    private const int MostBlockedShown = 10;

    /// <summary>Runs the setup commands.</summary>
    public Task<CheckReport> SetUpAsync(SandboxView view, RepositoryPolicy policy, CancellationToken cancellationToken) =>
        RunAsync(view, policy.Setup.Select(command => ("setup", command)), cancellationToken);

    /// <summary>Runs build, test and lint, in this order, all of them even when one fails.</summary>
    public async Task<CheckReport> RunAsync(SandboxView view, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        var report = await RunAsync(
            view,
            [
                .. policy.Build.Select(command => ("build", command)),
                .. policy.Test.Select(command => ("test", command)),
                .. policy.Lint.Select(command => ("lint", command)),
            ],
            cancellationToken);
        return policy.ChecksAreGuessed ? GuessedCheck.Judge(report) : report;
    }

    private async Task<CheckReport> RunAsync(SandboxView view, IEnumerable<(string Name, string Command)> checks, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var (name, command) in checks)
            results.Add(await RunAsync(view, name, command, cancellationToken));
        return new CheckReport(results);
    }

    private async Task<CheckResult> RunAsync(SandboxView view, string name, string command, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(view.Home);
        var blocked = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var result = await sandbox.RunAsync(
            new ProcessRequest
            {
                // One stream, in the order a person would have seen it.
                Program = "/bin/sh",
                Arguments = ["-c", "exec 2>&1; if [ -x /bin/bash ]; then exec /bin/bash -c \"$1\"; else exec /bin/sh -c \"$1\"; fi", "check", command],
                WorkingDirectory = view.WorkTree,
                Environment = new Dictionary<string, string>
                {
                    ["PATH"] = options.Path,
                    ["HOME"] = view.Home,
                    ["LANG"] = "C.UTF-8",
                    ["CI"] = "true",
                },
                Timeout = options.CommandTimeout,
                KeepCharacters = options.OutputTail,
            },
            view with { OnBlocked = host => Count(blocked, host) },
            cancellationToken);

        var tail = result.Output;
        if (result.TimedOut)
            tail += $"\nStopped: it ran longer than {options.CommandTimeout}.";
        foreach (var (host, times) in blocked.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            tail += $"\nBlocked, since EGRESS_ALLOW does not allow it: {host} ({times} times).";
        return new CheckResult(name, command, result.Succeeded, result.ExitCode, result.Duration, mask.Mask(WholeLines(tail)).Trim());
    }

    // A hostile check could make up names for as long as it runs.
    private static void Count(ConcurrentDictionary<string, int> blocked, string host)
    {
        if (blocked.Count < MostBlockedShown || blocked.ContainsKey(host))
            blocked.AddOrUpdate(host, 1, (_, times) => times + 1);
    }

    /// <summary>
    /// Drops the first line where the text was cut: half a line misleads, and half a secret is not recognised by the mask.
    /// </summary>
    private string WholeLines(string tail)
    {
        if (tail.Length < options.OutputTail)
            return tail;
        var end = tail.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? "(one line too long to show)" : tail[(end + 1)..];
    }
}
