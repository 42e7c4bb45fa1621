using System.Text.RegularExpressions;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Sandbox;

/// <summary>A command that fills the disk is ended, with all that it started, and the reason is said.</summary>
public sealed partial class DiskWatchTests : IDisposable
{
    private const string Fill = "i=0; while :; do i=$((i + 1)); head -c 8M /dev/zero > $where/$i; sleep 0.01; done";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-disk-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("tree", true)]
    [InlineData("home", true)]
    [InlineData("tree", false)]
    public async Task A_command_is_ended_when_its_files_pass_the_limit(string where, bool sandboxed)
    {
        var full = await Should.ThrowAsync<SandboxDiskException>(() => RunAsync($"trap '' TERM; where={Path.Combine(_folder.FullName, where)}; {Fill}", new() { Disk = 100L << 20 }, sandboxed));

        full.IsOver.ShouldBeTrue();
        Message().Match(full.Message).Groups["most"].Value.ShouldBe("100");
        int.Parse(Message().Match(full.Message).Groups["now"].Value).ShouldBeGreaterThan(100);
        ProcessStatus.All().Where(process => WorksIn(process.Id, _folder.FullName)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_command_that_ends_before_anybody_looked_is_looked_at_then() =>
        (await Should.ThrowAsync<SandboxDiskException>(() => RunAsync("head -c 120M /dev/zero > big", new() { Disk = 100L << 20 }, interval: TimeSpan.FromDays(1)))).IsOver.ShouldBeTrue();

    [Fact]
    public async Task On_a_disk_that_is_nearly_full_the_command_is_ended_that_holds_much_of_it()
    {
        var full = await Should.ThrowAsync<SandboxDiskException>(() => RunAsync("head -c 100M /dev/zero > big; sleep 100", new() { DiskFloor = long.MaxValue }));

        full.IsOver.ShouldBeFalse();
        full.Message.ShouldStartWith("The disk is nearly full: ");
    }

    [Fact]
    public async Task On_a_disk_that_is_nearly_full_a_command_with_small_files_goes_on() =>
        (await RunAsync("echo x > small; sleep 0.3; echo done", new() { DiskFloor = long.MaxValue })).Output.ShouldBe("done\n");

    [Fact]
    public async Task Holes_in_files_and_what_links_lead_to_do_not_count()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder.FullName, "outside")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(outside, "big"), new byte[80 << 20], Cancellation);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "tree"));
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "tree", "link"), outside);

        (await RunAsync("truncate -s 1G sparse; head -c 70M /dev/zero > written; sleep 0.3; echo done", new() { Disk = 100L << 20 })).Output.ShouldBe("done\n");
    }

    private Task<ProcessResult> RunAsync(string script, SandboxLimits limits, bool sandboxed = true, TimeSpan? interval = null)
    {
        var view = new SandboxView(
            Directory.CreateDirectory(Path.Combine(_folder.FullName, "tree")).FullName,
            Directory.CreateDirectory(Path.Combine(_folder.FullName, "home")).FullName);
        var runner = new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions { Enabled = sandboxed, Limits = limits }, NullLogger<SandboxRunner>.Instance)
        {
            DiskInterval = interval ?? TimeSpan.FromMilliseconds(50),
        };
        return runner.RunAsync(
            new ProcessRequest
            {
                Program = "bash",
                Arguments = ["-c", script],
                WorkingDirectory = view.WorkTree,
                Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["HOME"] = view.Home },
                Timeout = TimeSpan.FromMinutes(1),
                StopGrace = TimeSpan.FromHours(1),
            },
            view,
            Cancellation);
    }

    private static bool WorksIn(int process, string folder)
    {
        try
        {
            return new DirectoryInfo($"/proc/{process}/cwd").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) ?? false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"grew to (?<now>\d+) MB; (?<most>\d+) MB are the most \(SANDBOX_DISK_MB\)")]
    private static partial Regex Message();
}
