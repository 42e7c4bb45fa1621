using System.Text;
using ClaudeBot.RunbookTests.Runbook;
using ClaudeBot.RunbookTests.Stack;

namespace ClaudeBot.RunbookTests;

/// <summary>docs/RUNBOOK.md, typed line by line into a terminal on an installation whose GitHub and Claude are the playground.</summary>
[Collection(nameof(Installation))]
[Trait("Needs", "Docker")]
[Trait("Length", "Long")]
public sealed class RunbookTests(Installation installation)
{
    private const int MostFailures = 4;
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_of_the_runbook_does_what_it_is_there_for()
    {
        Assert.SkipWhen(installation.Objection is not null, installation.Objection ?? "");
        var story = new Story(installation.Services);
        var expectations = new Expectations(story);
        var table = new StringBuilder("line  command  →  result\n");
        var failed = 0;
        foreach (var command in RunbookCommand.OfThePage())
        {
            var verdict = await TryAsync(command, expectations);
            failed += verdict.StartsWith("ok", StringComparison.Ordinal) ? 0 : 1;
            table.Append($"{command.Line,4}  {command.Text.Split('\n')[0]}  →  {verdict}\n");
            if (failed == MostFailures)
                break; // What follows needs what failed.
        }

        foreach (var figure in Measured.All)
            table.Append($"      {figure}\n");
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder.Root, "artifacts", "runbook.txt"), table.ToString(), Token);
        TestContext.Current.TestOutputHelper!.WriteLine(table.ToString());
        failed.ShouldBe(0, table.ToString());
    }

    private static async Task<string> TryAsync(RunbookCommand command, Expectations expectations)
    {
        if (expectations.Find(command) is not { } expectation)
            return "no expectation says what it is for";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(LongestStep);
        ShellResult? result = null;
        try
        {
            if (expectation.Before is { } before)
                await before(limit.Token);
            result = await Shell.TypeAsync(expectation.Typed?.Invoke() ?? command.Text, Installation.Folder, new Dictionary<string, string> { ["PATH"] = Editor.SearchPath }, expectation.Patience, limit.Token);
            await expectation.Check(result, limit.Token);
            return $"ok ({result.Took.TotalSeconds:0.0} s)";
        }
        catch (Exception fault) when (!Token.IsCancellationRequested)
        {
            var logs = await Shell.TypeAsync("docker logs --tail 40 claude-bot", "/", new Dictionary<string, string>(), null, Token);
            return $"FAILED: {fault.Message}\n--- it printed\n{result?.Output}\n--- the bot's log\n{logs.Output}";
        }
    }
}
