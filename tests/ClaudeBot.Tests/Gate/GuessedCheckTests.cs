using ClaudeBot.Gate;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Gate;

public sealed class GuessedCheckTests : IDisposable
{
    private readonly DirectoryInfo _tree = Directory.CreateTempSubdirectory("guessed-");

    public void Dispose() => _tree.Delete(recursive: true);

    [Theory]
    [InlineData("no-such-program-here", false)]
    [InlineData("exit 126", false)]
    [InlineData(": pytest; exit 5", false)]
    [InlineData(": pytest; echo 'python3: No module named pytest' >&2; exit 1", false)]
    [InlineData(": pytest; echo 'E  ModuleNotFoundError: No module named shop'; exit 1", true)]
    [InlineData("exit 5", true)]
    [InlineData("exit 1", true)]
    public async Task A_guess_that_does_not_fit_is_no_failure_and_a_failing_test_is(string command, bool fails)
    {
        var report = await RunAsync(new RepositoryPolicy { Test = [command], ChecksAreGuessed = true });

        report.Passed.ShouldBe(!fails);
        var result = report.Results.ShouldHaveSingleItem();
        (result.Passed, result.Ran, result.Failed).ShouldBe((false, fails, fails));
    }

    [Fact]
    public async Task A_check_that_the_repository_names_fails_when_it_cannot_run() =>
        (await RunAsync(new RepositoryPolicy { Test = ["no-such-program-here"] })).Passed.ShouldBeFalse();

    private Task<CheckReport> RunAsync(RepositoryPolicy policy) =>
        new CheckRunner(new SandboxRunner(new ProcessRunner(TimeProvider.System), new SandboxOptions(), NullLogger<SandboxRunner>.Instance), new GateOptions(), new SecretMask())
            .RunAsync(new SandboxView(_tree.FullName, _tree.FullName), policy, TestContext.Current.CancellationToken);
}
