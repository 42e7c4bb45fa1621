using System.Diagnostics;

namespace ClaudeBot.EndToEndTests.Monitoring;

/// <summary>grep itself, as an operator types it.</summary>
internal static class Grep
{
    /// <param name="arguments">Options and pattern.</param>
    /// <returns>The lines that it finds.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(IEnumerable<string> lines, params string[] arguments)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("grep", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var grep = Process.Start(start)!;
        var output = grep.StandardOutput.ReadToEndAsync(token);
        await grep.StandardInput.WriteAsync(string.Concat(lines.Select(line => line + "\n")).AsMemory(), token);
        grep.StandardInput.Close();
        var found = await output;
        await grep.WaitForExitAsync(token);
        grep.ExitCode.ShouldBeLessThan(2, string.Join(' ', arguments));
        return found.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
