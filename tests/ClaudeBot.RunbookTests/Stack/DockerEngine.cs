using System.Diagnostics;

namespace ClaudeBot.RunbookTests.Stack;

/// <summary>Whether these tests can be run on this machine.</summary>
internal static class DockerEngine
{
    /// <summary>Null when they can; else why not, and what would help.</summary>
    public static string? Objection { get; } = Environment.UserName != "root"
        ? "The runbook is tried out as root: it reads Docker's volumes and installs into /opt."
        : Missing() is { } program
            ? $"{program} is missing. ./test installs what these tests need on Debian and Ubuntu."
            : !Answers()
                ? "No Docker engine answers. Start one (dockerd), or run ./test as root, which does."
                : null;

    private static string? Missing() =>
        new[] { "docker", "docker-compose", "mmdebstrap", "jq", "curl", "script", "setsid", "npm" }
            .FirstOrDefault(program => !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))));

    private static bool Answers()
    {
        using var process = Process.Start(new ProcessStartInfo("docker", ["version", "--format", "{{.Server.Version}}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
