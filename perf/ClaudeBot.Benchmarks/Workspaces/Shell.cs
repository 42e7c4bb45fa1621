using ClaudeBot.Processes;

namespace ClaudeBot.Benchmarks.Workspaces;

/// <summary>Runs commands as a person on a fresh machine would: a home without settings.</summary>
internal sealed class Shell(string home, ProcessRunner processes)
{
    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public Task<ProcessResult> RunAsync(string folder, string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(folder, program, arguments, new Dictionary<string, string>(), cancellationToken);

    /// <param name="more">More variables.</param>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public async Task<ProcessResult> RunAsync(
        string folder, string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> more, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string>(more)
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = home,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
        };
        var result = await processes.RunAsync(
            new ProcessRequest { Program = program, Arguments = arguments, WorkingDirectory = folder, Environment = environment },
            cancellationToken);
        return result.Succeeded ? result : throw new BenchmarkException($"{program} {arguments[0]} failed: {result.Error.Trim()}");
    }
}
