using ClaudeBot.Agents;
using ClaudeBot.Queue;
using ClaudeBot.Sandbox;

namespace ClaudeBot.Tests.Runs;

/// <summary>A run whose agent filled the disk ends in order, and gives the room back.</summary>
public sealed class FullDiskRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Beyond_its_limit_the_task_fails_with_the_reason_and_nothing_of_its_files_stays()
    {
        await using var bench = await RunBench.StartAsync();
        var (issue, _) = await bench.AskAsync();
        var request = FillDisk(bench, isOver: true);

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason.ShouldBe("It grew to 300 MB.");
        issue.Comments.Single().Body.ShouldContain("It grew to 300 MB.");
        bench.Shop.Branch(bench.Branch).ShouldBeNull();
        Directory.Exists(request().Home).ShouldBeFalse();
        Directory.Exists(request().WorkTree).ShouldBeFalse();
    }

    [Fact]
    public async Task On_a_machine_whose_disk_is_nearly_full_the_task_waits_at_the_price_of_an_attempt_and_nothing_of_its_files_stays()
    {
        await using var bench = await RunBench.StartAsync();
        await bench.AskAsync();
        var request = FillDisk(bench, isOver: false);

        var again = (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>();

        again.Reason.ShouldBe("It grew to 300 MB.");
        again.CountsAttempt.ShouldBeTrue();
        Directory.Exists(request().Home).ShouldBeFalse();
        Directory.Exists(request().WorkTree).ShouldBeFalse();
        bench.Agent.Writes("answer.txt", "42\n");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
    }

    private static Func<AgentRequest> FillDisk(RunBench bench, bool isOver)
    {
        AgentRequest? seen = null;
        bench.Agent.Does(async (request, _) =>
        {
            seen = request;
            await File.WriteAllTextAsync(Path.Combine(request.Home, "big"), "x", Token);
            await File.WriteAllTextAsync(Path.Combine(request.WorkTree, "big"), "x", Token);
            throw new SandboxDiskException("It grew to 300 MB.", isOver);
        });
        return () => seen!;
    }
}
