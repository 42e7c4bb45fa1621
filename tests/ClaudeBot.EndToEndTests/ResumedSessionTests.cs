using ClaudeBot.Playground.Claude;

namespace ClaudeBot.EndToEndTests;

public sealed class ResumedSessionTests
{
    private const string Repository = "octo/one";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Length", "Long")]
    public async Task After_a_kill_Claude_Code_goes_on_in_its_conversation_and_in_the_tree_that_holds_its_earlier_edits()
    {
        await using var bot = await BotOnTown.MakeAsync("claude-code", ("TARGET_REPO", Repository));
        await bot.AddRepositoryAsync(Repository, issues: 0);
        // The script answers such an issue with a command, and then stalls once.
        var issue = await bot.GitHub.FileIssueAsync(Repository, bot.Town.Owner, "Something that takes very long", "Please wait.", ["claude-bot"], Token);
        var requests = bot.Town.Claude!.Requests;
        await bot.StartBotAsync();
        await AskedAsync(requests, 2);
        var edit = Path.Combine(Directory.GetDirectories(Path.Combine(bot.DataDirectory, "workspaces")).ShouldHaveSingleItem(), "tree", "half.txt");
        await File.WriteAllTextAsync(edit, "Half a thought.\n", Token);

        await bot.KillBotAsync();
        await bot.StartBotAsync();
        await AskedAsync(requests, 3);
        await bot.WhenLabelledAsync(Repository, issue.Number, "bot:completed");

        var (first, resumed) = (Asked(requests)[0], Asked(requests)[2]);
        resumed.Session.ShouldBe(first.Session);
        resumed.Prompt!.ShouldStartWith("You were interrupted");
        resumed.Scenario.ShouldBe("follow-up", "the model is shown what was said before the kill");
        var pull = bot.PullRequests(Repository).ShouldHaveSingleItem();
        (await bot.GitHub.ReadFileAsync(Repository, pull.Pull!.HeadBranch, "half.txt", Token)).ShouldBe("Half a thought.\n");
        AgentProcesses.Environments(bot.DataDirectory).ShouldBeEmpty("the killed bot's agent is gone too");
    }

    /// <summary>Completes when the model was asked so many times in all.</summary>
    private static Task<ClaudeRequest> AskedAsync(ClaudeRequestLog requests, int times) => requests.WaitAsync(_ => Asked(requests).Count >= times, Token);

    private static List<ClaudeRequest> Asked(ClaudeRequestLog requests) =>
        [.. requests.All.Where(request => request.Path.EndsWith("/messages", StringComparison.Ordinal))];
}
