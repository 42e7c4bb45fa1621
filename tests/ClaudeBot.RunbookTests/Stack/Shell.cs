using System.Diagnostics;
using System.Text;

namespace ClaudeBot.RunbookTests.Stack;

/// <summary>What a command line came to.</summary>
/// <param name="ExitCode">Null: it was still running when its time was over, and was ended.</param>
/// <param name="Output">Both of its streams, without the colours and line ends of a terminal.</param>
internal sealed record ShellResult(int? ExitCode, string Output, TimeSpan Took)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>A bash on a terminal of its own, as an operator types into: <c>docker-compose exec</c> asks for one.</summary>
internal static class Shell
{
    /// <summary>What the container's terminal shows of an end of input before anybody typed.</summary>
    private const string EchoOfNothing = "^@";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    /// <param name="patience">End the command after this long; null: it has to end by itself.</param>
    public static async Task<ShellResult> TypeAsync(string line, string folder, IReadOnlyDictionary<string, string> environment, TimeSpan? patience, CancellationToken cancellationToken)
    {
        // script(1) gives the terminal, a wide one here, and the line's exit code with -e.
        var start = new ProcessStartInfo("setsid", ["-w", "script", "-qefc", $"stty -echo cols 250 rows 60; {line}", "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SHELL"] = "/bin/bash";
        start.Environment["TERM"] = "dumb";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience ?? Longest);
        int? code = null;
        try
        {
            await process.WaitForExitAsync(limit.Token);
            code = process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(cancellationToken);
        }

        await reading;
        return new ShellResult(code, Plain(output.ToString()), Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Runs a program without a terminal; its exit code must be 0.</summary>
    /// <returns>What it printed on both streams.</returns>
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOCKER_BUILDKIT"] = "0";
        start.Environment["COMPOSE_DOCKER_CLI_BUILD"] = "0";
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        await Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        await process.WaitForExitAsync(cancellationToken);
        process.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}\n{output}");
        return output.ToString();
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder output)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and var read)
        {
            lock (output)
                output.Append(buffer, 0, read);
        }
    }

    private static string Plain(string text) => System.Text.RegularExpressions.Regex.Replace(text.Replace("\r", "", StringComparison.Ordinal).Replace(EchoOfNothing, "", StringComparison.Ordinal), @"\x1B\[[0-9;?]*[A-Za-z]", "");
}
