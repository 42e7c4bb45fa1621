using System.ComponentModel;
using System.Globalization;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Sandbox;

public sealed class SandboxRunnerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-sandbox-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_command_sees_no_process_but_its_own()
    {
        // The shell in the sandbox, its watcher, and what the line itself starts.
        var result = await RunAsync("ls -d /proc/[0-9]* | wc -l; exit 7");

        int.Parse(result.Output, CultureInfo.InvariantCulture).ShouldBeLessThan(6);
        result.ExitCode.ShouldBe(7);
    }

    [Theory]
    [InlineData(true, "env -i setsid")]
    [InlineData(false, "setsid")]
    public async Task A_daemon_does_not_outlive_its_run(bool sandboxed, string way)
    {
        var name = Path.Combine(_folder.FullName, "daemon");
        File.CreateSymbolicLink(name, "/bin/sleep");

        var result = await RunAsync($"({way} {name} 1000 > /dev/null 2>&1 &) ; while ! pgrep -f '{name} 1000' > /dev/null; do sleep 0.02; done; echo left", sandboxed);

        result.Output.ShouldBe("left\n", result.Error);
        CommandLines().ShouldNotContain(line => line.StartsWith(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_command_that_is_stopped_may_end_in_order(bool sandboxed)
    {
        var lines = new List<string>();
        using var stop = new CancellationTokenSource();

        await Should.ThrowAsync<OperationCanceledException>(() => Runner(sandboxed).RunAsync(
            Bash("trap 'echo saved; exit 0' TERM; echo ready; while :; do sleep 0.05; done") with
            {
                StopGrace = TimeSpan.FromSeconds(30),
                OnOutputLine = line =>
                {
                    lines.Add(line);
                    stop.Cancel();
                },
            },
            View,
            stop.Token));

        lines.ShouldBe(["ready", "saved"]);
    }

    [Fact]
    public async Task A_command_deaf_to_the_polite_signal_is_killed_after_its_grace()
    {
        using var stop = new CancellationTokenSource();
        var name = Path.Combine(_folder.FullName, "deaf");
        File.CreateSymbolicLink(name, "/bin/sleep");

        await Should.ThrowAsync<OperationCanceledException>(() => Runner(true).RunAsync(
            Bash($"trap '' TERM; echo ready; {name} 1000") with { StopGrace = TimeSpan.FromMilliseconds(100), OnOutputLine = _ => stop.Cancel() }, View, stop.Token));

        CommandLines().ShouldNotContain(line => line.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Input_arguments_folder_and_environment_reach_the_command_as_they_are()
    {
        var result = await Runner(true).RunAsync(
            Bash("cat; echo \"$1|$PWD|$HOME\"") with { Arguments = ["-c", "cat; echo \"$1|$PWD|$HOME\"", "name", "--a b"], StandardInput = "in\n" }, View, Cancellation);

        result.Output.ShouldBe($"in\n--a b|{View.WorkTree}|{View.Home}\n");
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var fault = await Should.ThrowAsync<Win32Exception>(() => Runner(true).RunAsync(Bash("") with { Program = "no-such-program" }, View, Cancellation));

        fault.Message.ShouldContain("no-such-program");
    }

    [Fact]
    public async Task The_probe_finds_nothing_missing_here() => (await Runner(true).ProbeAsync(Cancellation)).ShouldBeNull();

    private SandboxView View => new(
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "tree")).FullName,
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName);

    private ProcessRequest Bash(string script) => new()
    {
        Program = "bash",
        Arguments = ["-c", script],
        WorkingDirectory = View.WorkTree,
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = View.Home },
    };

    private Task<ProcessResult> RunAsync(string script, bool sandboxed = true) => Runner(sandboxed).RunAsync(Bash(script), View, Cancellation);

    private static SandboxRunner Runner(bool sandboxed) =>
        new(new ProcessRunner(TimeProvider.System) { DrainLimit = TimeSpan.FromSeconds(1) }, new SandboxOptions { Enabled = sandboxed }, NullLogger<SandboxRunner>.Instance);

    private static IEnumerable<string> CommandLines() => ProcessStatus.All().Where(process => !process.IsZombie).Select(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    });
}
