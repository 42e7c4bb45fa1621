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
        var name = Path.Combine(View.WorkTree, "daemon");
        File.CreateSymbolicLink(name, "/bin/sleep");

        var result = await RunAsync($"({way} bash -c 'echo > begun; exec {name} 1000' > /dev/null 2>&1 &) ; while [ ! -e begun ]; do sleep 0.02; done; echo left", sandboxed);

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
        var name = Path.Combine(View.WorkTree, "deaf");
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
    public async Task It_reads_and_writes_its_tree_and_its_home_and_what_lies_beside_them_is_not_there()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "ledger"), "secret");
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "tree-of-another"));

        var result = await RunAsync($"echo one > a; echo two > $HOME/b; ls {_folder.FullName}; cat {_folder.FullName}/ledger; ls /tmp");

        result.Output.ShouldBe($"home\ntree\n{_folder.Name}\n");
        result.Error.ShouldContain("No such file");
        File.ReadAllText(Path.Combine(View.WorkTree, "a")).ShouldBe("one\n");
        File.ReadAllText(Path.Combine(View.Home, "b")).ShouldBe("two\n");
    }

    [Fact]
    public async Task What_it_may_read_it_cannot_change_and_a_link_in_its_tree_leads_nowhere_else()
    {
        var shared = Directory.CreateDirectory(Path.Combine(_folder.FullName, "shared")).FullName;
        var outside = Directory.CreateDirectory(Path.Combine(_folder.FullName, "outside")).FullName;
        File.WriteAllText(Path.Combine(shared, "object"), "kept\n");
        File.WriteAllText(Path.Combine(outside, "secret"), "secret\n");
        File.CreateSymbolicLink(Path.Combine(View.WorkTree, "way-out"), outside);

        var result = await Runner(true).RunAsync(
            Bash($"cat {shared}/object; echo changed > {shared}/object; rm {shared}/object; echo x > {shared}/new; cat way-out/secret; echo y > way-out/new"),
            View with { Readable = [shared, Path.Combine(_folder.FullName, "not-there")] },
            Cancellation);

        result.Output.ShouldBe("kept\n");
        File.ReadAllText(Path.Combine(shared, "object")).ShouldBe("kept\n");
        Directory.GetFiles(shared).ShouldHaveSingleItem();
        Directory.GetFiles(outside).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("touch /usr/bin/new")]
    [InlineData("echo x >> /etc/passwd")]
    [InlineData("cat /etc/shadow | grep .")]
    [InlineData("ls -A /root/. /home/. /var/. /opt/. /srv/. | grep .")]
    [InlineData("ls -A /run | grep .")]
    [InlineData("mount -o remount,rw /usr")]
    [InlineData("mount -t tmpfs none /usr")]
    [InlineData("kill -0 2 3 4 5 6 7 8 9; cat /proc/*/environ | grep -a DOTNET_")]
    [InlineData("ls /dev/sda /dev/vda /dev/mem /dev/kmsg")]
    [InlineData("chroot / true")]
    [InlineData("mknod disk b 8 0")]
    [InlineData("nsenter -t 1 -m -- ls /work /root")]
    public async Task What_it_has_no_business_with_fails(string command)
    {
        var result = await RunAsync(command);

        result.Succeeded.ShouldBeFalse(result.Output);
        result.Output.ShouldBe("");
    }

    [Fact]
    public async Task A_program_outside_the_systems_folders_is_shown_with_what_lies_beside_it_through_a_link_too()
    {
        var package = Directory.CreateDirectory(Path.Combine(_folder.FullName, "package")).FullName;
        File.WriteAllText(Path.Combine(package, "part"), "part\n");
        File.WriteAllText(Path.Combine(package, "program"), "#!/bin/bash\ncat \"$(dirname \"$(readlink -f \"$0\")\")/part\"\n");
        File.SetUnixFileMode(Path.Combine(package, "program"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var link = Path.Combine(_folder.FullName, "link");
        File.CreateSymbolicLink(link, Path.Combine(package, "program"));

        foreach (var program in new[] { Path.Combine(package, "program"), link })
        {
            var result = await Runner(true).RunAsync(Bash("") with { Program = program, Arguments = [] }, View, Cancellation);
            result.Output.ShouldBe("part\n", $"{program}: {result.Error}");
        }
    }

    [Fact]
    public async Task A_missing_program_is_named()
    {
        var fault = await Should.ThrowAsync<Win32Exception>(() => Runner(true).RunAsync(Bash("") with { Program = "no-such-program" }, View, Cancellation));

        fault.Message.ShouldContain("no-such-program");
    }

    [Fact]
    public async Task What_a_dead_bot_left_in_the_temporary_folder_goes_and_nothing_else()
    {
        using var ended = System.Diagnostics.Process.Start("true");
        await ended.WaitForExitAsync(Cancellation);
        var living = OwnedFolder.Create("doors");
        var dead = Directory.CreateDirectory(living.FullName.Replace($"-{Environment.ProcessId}.", $"-{ended.Id}."));
        var elsewhere = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"claude-bot-doors-1-{ended.Id}.1.{Guid.NewGuid():N}"));
        var full = Directory.CreateDirectory(dead.FullName + "x");
        foreach (var file in new[] { $"{living}/3128", $"{dead}/3128", $"{dead}/filter", $"{elsewhere}/3128", $"{full}/3128", $"{full}/ledger.db" })
            File.WriteAllText(file, "");

        await Runner(false).ProbeAsync(Cancellation);

        Directory.Exists(dead.FullName).ShouldBeFalse();
        File.Exists($"{living}/3128").ShouldBeTrue("its bot is alive");
        File.Exists($"{elsewhere}/3128").ShouldBeTrue("who that number is in another container cannot be known");
        Directory.GetFiles(full.FullName).ShouldBe([$"{full}/ledger.db"], "the bot puts no such file there");
        foreach (var folder in new[] { living, elsewhere, full })
            folder.Delete(recursive: true);
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
