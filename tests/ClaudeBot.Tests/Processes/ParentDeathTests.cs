using ClaudeBot.Processes;
using static ClaudeBot.Tests.Processes.ProcessRunnerTests;

namespace ClaudeBot.Tests.Processes;

public sealed class ParentDeathTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("claude-bot-parent-");
    private readonly ProcessRunner _runner = new(TimeProvider.System);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_child_outlives_the_thread_that_asked_for_it()
    {
        var go = Path.Combine(_folder.FullName, "go");
        Task<ProcessResult>? run = null;
        var thread = new Thread(() => run = _runner.RunAsync(
            Bash($"while [ ! -e {go} ]; do sleep 0.02; done; echo alive"), TestContext.Current.CancellationToken));
        thread.Start();
        thread.Join();

        // A thread that ends takes with it what it forked, so it must have forked nothing.
        var another = new Thread(() => File.WriteAllText(go, ""));
        another.Start();

        (await run!).Output.ShouldBe("alive\n");
    }

    [Fact]
    public async Task A_child_asks_the_kernel_for_its_death_when_this_process_dies()
    {
        // What a process asked for is read by itself only: prctl(2), PR_GET_PDEATHSIG.
        var result = await _runner.RunAsync(
            Request("python3") with { Arguments = ["-c", "import ctypes; n = ctypes.c_int(); ctypes.CDLL(None).prctl(2, ctypes.byref(n)); print(n.value)"] },
            TestContext.Current.CancellationToken);

        result.Output.ShouldBe("9\n", result.Error);
    }
}
