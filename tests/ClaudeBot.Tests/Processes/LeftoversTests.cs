using System.Diagnostics;
using ClaudeBot.Processes;

namespace ClaudeBot.Tests.Processes;

public sealed class LeftoversTests : IDisposable
{
    private readonly DirectoryInfo _homes = Directory.CreateTempSubdirectory("claude-bot-homes-");
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (var process in _started)
        {
            process.Kill();
            process.Dispose();
        }

        _homes.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_dead_bot_left_is_killed_and_what_a_living_one_runs_is_not()
    {
        var orphan = Sleeper("one", "999999999.1.00000000000000000000000000000000");
        var again = Sleeper("two", $"{Environment.ProcessId}.1.00000000000000000000000000000000");
        var unmarked = Sleeper("three", null);
        var ours = Sleeper("four", RunMark.New());

        Leftovers.KillOrphans(_homes.FullName).ShouldBe(3);

        foreach (var gone in new[] { orphan, again, unmarked })
            await gone.WaitForExitAsync(TestContext.Current.CancellationToken);
        ours.HasExited.ShouldBeFalse();
        Leftovers.KillOrphans(_homes.FullName).ShouldBe(0);
    }

    [Fact]
    public async Task What_works_at_a_home_is_killed_and_its_neighbour_is_not()
    {
        var here = Sleeper("issue-1", RunMark.New());
        var neighbour = Sleeper("issue-11", RunMark.New());

        Leftovers.KillAtHome(Path.Combine(_homes.FullName, "issue-1")).ShouldBe(1);

        await here.WaitForExitAsync(TestContext.Current.CancellationToken);
        neighbour.HasExited.ShouldBeFalse();
    }

    private Process Sleeper(string home, string? mark)
    {
        var start = new ProcessStartInfo("sleep", ["1000"]);
        start.Environment.Clear();
        start.Environment["HOME"] = Path.Combine(_homes.FullName, home);
        if (mark is not null)
            start.Environment[RunMark.Name] = mark;
        var process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }
}
