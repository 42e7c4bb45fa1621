using System.Diagnostics;

namespace ClaudeBot.Tests.Playground.GitHub;

/// <summary>The plain git of the machine, as a user would run it.</summary>
internal static class Git
{
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var (code, output, complaint) = await TryAsync(folder, cancellationToken, arguments);
        code.ShouldBe(0, $"git {string.Join(' ', arguments)}: {complaint}");
        return output;
    }

    public static async Task<(int Code, string Output, string Complaint)> TryAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        foreach (var role in (string[])["AUTHOR", "COMMITTER"])
        {
            start.Environment[$"GIT_{role}_NAME"] = "Wendy";
            start.Environment[$"GIT_{role}_EMAIL"] = "wendy@example.test";
        }

        using var process = Process.Start(start).ShouldNotBeNull();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var complaint = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await complaint);
    }
}
