using System.Diagnostics;

namespace ClaudeBot.Playground.Demo;

/// <summary>
/// Shows with plain git and the sample's own tests that a branch holds a real change: cloned afresh, its tests fail
/// beside the code of <c>main</c> and pass beside its own.
/// </summary>
internal static class BranchProof
{
    /// <summary>Gives the cloned head; null when the branch holds no change or its tests do not pass.</summary>
    public static async Task<string?> ShowAsync(Town town, string branch, string folder, Action<string> say, CancellationToken cancellationToken)
    {
        var clone = Path.Combine(folder, "clone");
        var url = $"{town.Host.ServerUrl.ToString().TrimEnd('/')}/{town.Sample.Name}.git";
        await RunAsync("git", folder, ["clone", "--quiet", "--branch", branch, url, clone], cancellationToken);
        var head = (await RunAsync("git", clone, ["rev-parse", "HEAD"], cancellationToken)).Output.Trim();
        var changed = (await RunAsync("git", clone, ["diff", "--stat", "origin/main..."], cancellationToken)).Output.TrimEnd();
        say($"Cloned {branch} with plain git; against main it changes:");
        foreach (var line in changed.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Console.WriteLine($"     {line}");

        var passes = await TestsPassAsync(clone, cancellationToken);
        await RunAsync("git", clone, ["checkout", "--quiet", "origin/main", "--", "src"], cancellationToken);
        var passedBefore = await TestsPassAsync(clone, cancellationToken);
        say($"The branch's tests {(passedBefore ? "pass" : "fail")} with main's code and {(passes ? "pass" : "fail")} with the branch's.");
        return passes && changed.Length > 0 ? head : null;
    }

    private static async Task<bool> TestsPassAsync(string clone, CancellationToken cancellationToken) =>
        (await RunAsync("node", clone, ["--test"], cancellationToken)).ExitCode == 0;

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string folder, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        await error;
        return (process.ExitCode, output);
    }
}
