using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ClaudeBot.Playground.GitHub.Git;

/// <summary>Runs the real git for the playground, deaf to the settings of the person and the machine.</summary>
internal static class GitProcess
{
    public static ProcessStartInfo Prepare(string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("GIT_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    public static async Task<GitOutput> RunAsync(ProcessStartInfo start, string? input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start) ?? throw new InvalidOperationException("git did not start.");
        using var output = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
        var complaining = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            if (input is not null)
            {
                await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
            }

            process.StandardInput.Close();
            await reading;
            await process.WaitForExitAsync(cancellationToken);
            return new GitOutput(process.ExitCode, output.ToArray(), await complaining);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    public static string Stamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
}

/// <summary>What a git command left: its exit code, its output as bytes, and its complaint.</summary>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, string Complaint)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string Line => Text.Trim();
}
