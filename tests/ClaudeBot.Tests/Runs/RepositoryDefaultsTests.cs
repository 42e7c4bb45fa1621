using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Runs;

[Trait("Length", "Long")]
public sealed class RepositoryDefaultsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repository_without_a_file_follows_the_operators_and_a_broken_one_lets_the_task_wait()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "test: [[]]\n", Token);
        await using var bench = await RunBench.StartAsync(null, [], services => services.AddSingleton(new RunOptions { RepositoryDefaults = file, CredentialDelay = TimeSpan.Zero }));
        await bench.AskAsync();

        (await bench.RunAsync()).ShouldBeOfType<TaskVerdict.Requeue>().Reason.ShouldStartWith("The file that REPOSITORY_DEFAULTS names cannot be used: ");

        await File.WriteAllTextAsync(file, "test: sh test.sh\n", Token);
        bench.Agent.Writes("answer.txt", "42\n");
        (await bench.EndAsync()).State.ShouldBe(TaskState.Succeeded);
        bench.Shop.PullRequests.ShouldHaveSingleItem().Body!.ShouldContain("| test | `sh test.sh` | ✅ passed |");
        File.Delete(file);
    }
}
