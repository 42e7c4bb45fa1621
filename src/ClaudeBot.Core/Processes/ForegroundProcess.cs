using System.Diagnostics;

namespace ClaudeBot.Processes;

/// <summary>A trusted program that an operator asked for: it has this process's terminal and environment.</summary>
public static class ForegroundProcess
{
    /// <summary>Runs the program to its end.</summary>
    /// <param name="environment">Set over this process's own for the child alone.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<int> RunAsync(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = await ProcessLauncher.StartAsync(start);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
