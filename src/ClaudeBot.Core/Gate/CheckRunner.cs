using ClaudeBot.Processes;
using ClaudeBot.Secrets;

namespace ClaudeBot.Gate;

/// <summary>Runs a repository's own build and tests on the host's side, after the agent has ended, with no secret in the environment.</summary>
public sealed class CheckRunner(ProcessRunner processes, GateOptions options, SecretMask mask)
{
    /// <summary>Runs the setup commands.</summary>
    public Task<CheckReport> SetUpAsync(string tree, string home, RepositoryPolicy policy, CancellationToken cancellationToken) =>
        RunAsync(tree, home, policy.Setup.Select(command => ("setup", command)), cancellationToken);

    /// <summary>Runs build, test and lint, in this order, all of them even when one fails.</summary>
    public async Task<CheckReport> RunAsync(string tree, string home, RepositoryPolicy policy, CancellationToken cancellationToken)
    {
        var report = await RunAsync(
            tree,
            home,
            [
                .. policy.Build.Select(command => ("build", command)),
                .. policy.Test.Select(command => ("test", command)),
                .. policy.Lint.Select(command => ("lint", command)),
            ],
            cancellationToken);
        return policy.ChecksAreGuessed ? GuessedCheck.Judge(report) : report;
    }

    private async Task<CheckReport> RunAsync(string tree, string home, IEnumerable<(string Name, string Command)> checks, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var (name, command) in checks)
            results.Add(await RunAsync(tree, home, name, command, cancellationToken));
        return new CheckReport(results);
    }

    private async Task<CheckResult> RunAsync(string tree, string home, string name, string command, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(home);
        var result = await processes.RunAsync(
            new ProcessRequest
            {
                // One stream, in the order a person would have seen it.
                Program = "/bin/sh",
                Arguments = ["-c", "exec 2>&1; if [ -x /bin/bash ]; then exec /bin/bash -c \"$1\"; else exec /bin/sh -c \"$1\"; fi", "check", command],
                WorkingDirectory = tree,
                Environment = new Dictionary<string, string>
                {
                    ["PATH"] = options.Path,
                    ["HOME"] = home,
                    ["LANG"] = "C.UTF-8",
                    ["CI"] = "true",
                },
                Timeout = options.CommandTimeout,
                KeepCharacters = options.OutputTail,
            },
            cancellationToken);

        var tail = result.Output;
        if (result.TimedOut)
            tail += $"\nStopped: it ran longer than {options.CommandTimeout}.";
        return new CheckResult(name, command, result.Succeeded, result.ExitCode, result.Duration, mask.Mask(WholeLines(tail)).Trim());
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
