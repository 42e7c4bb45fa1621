using ClaudeBot.Conversation;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Queue;
using ClaudeBot.Tests.OpenApi;

namespace ClaudeBot.Tests.Triggers.Chaos;

/// <summary>
/// A fifth of the webhooks is lost, a tenth doubled, a tenth swapped; then the bot is down for an hour while people go
/// on. Everything asked for is done, nothing twice, within one interval of polling after its return.
/// </summary>
[Trait("Length", "Long")]
public sealed class ChaosTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>With the right to read the webhook's log, and without.</summary>
    public static TheoryData<int, Permission> Runs => new()
    {
        { 1, Permission.Admin },
        { 2, Permission.Write },
        { 20260501, Permission.Admin },
        { 77, Permission.Write },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Lost_doubled_and_swapped_webhooks_and_an_hour_of_outage_lose_and_double_nothing(int seed, Permission ofTheBot)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var town = await ChaosTown.OpenAsync(seed, ofTheBot);
        var random = new Random(seed);
        var (wanted, unwanted) = (new List<Issue>(), new List<Issue>());

        // The bot is up and people ask.
        await town.StartBotAsync();
        await town.Bot!.PollAsync();
        for (var group = 0; group < 3; group++)
        {
            for (var number = 0; number < 2; number++)
                wanted.Add(await town.AskAsync("mona"));
            Pass();
            await town.SettleAsync();
        }

        unwanted.Add(await town.AskAsync("mallory"));
        unwanted.Add(await town.AskAsync("mona", "wontfix"));
        await town.SettleAsync();

        // Caught in the middle: taken in and not begun, one of them not even decided.
        var closed = await town.AskAsync("mona");
        var unlabelled = await town.AskAsync("mona");
        await town.GitHub.WhenHooksDeliveredAsync(Token);
        await town.Bot!.DecideAsync();
        wanted.Add(await town.AskAsync("mona"));
        await town.StopBotAsync();

        // An hour without it.
        var back = town.Time.GetUtcNow() + TimeSpan.FromHours(1);
        for (var number = 0; number < 4; number++)
        {
            Pass();
            wanted.Add(await town.AskAsync("mona"));
        }

        await town.GitHub.CloseAsync(ChaosTown.Repository, closed.Number, "mona", Token);
        await town.GitHub.UnlabelAsync(ChaosTown.Repository, unlabelled.Number, "mona", "claude-bot", Token);
        unwanted.AddRange([closed, unlabelled]);
        var again = wanted[^1];
        await town.GitHub.UnlabelAsync(ChaosTown.Repository, again.Number, "mona", "claude-bot", Token);
        Pass();
        await town.GitHub.LabelAsync(ChaosTown.Repository, again.Number, "mona", "claude-bot", Token);
        await town.GitHub.WhenHooksDeliveredAsync(Token);
        town.Time.SetUtcNow(back);

        // It returns: one poll and one sweep, as at every start.
        await town.StartBotAsync();
        await town.Bot!.PollAsync();
        town.Time.Advance(TimeSpan.FromSeconds(10));
        var swept = await town.Bot.SweepAsync();
        await town.SettleAsync();

        (town.Time.GetUtcNow() - back).ShouldBeLessThan(ChaosTown.PollInterval);
        await ShouldBeDoneOnceAsync();
        if (ofTheBot == Permission.Admin)
            swept.Redelivered.ShouldBeGreaterThan(0);
        town.Bot.Recovered.ShouldBeGreaterThan(0);

        // Nothing comes of it later either.
        for (var later = 0; later < 2; later++)
        {
            town.Time.Advance(ChaosTown.PollInterval);
            await town.Bot.PollAsync();
            await town.Bot.SweepAsync();
            await town.SettleAsync();
        }

        await ShouldBeDoneOnceAsync();
        town.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();

        void Pass() => town.Time.Advance(TimeSpan.FromSeconds(random.Next(1, 400)));

        async Task ShouldBeDoneOnceAsync()
        {
            foreach (var issue in wanted)
            {
                var told = $"seed {seed}, issue {issue.Number}: {string.Join(", ", issue.LabelNames)}";
                Branches(issue).Count().ShouldBe(1, told);
                Pulls(issue).Count().ShouldBe(1, told);
                issue.Comments.Count(comment => comment.Author.Login == "claude-bot").ShouldBe(1, told);
                issue.LabelNames.ShouldBe(["claude-bot", BotLabels.Completed], ignoreOrder: true, told);
                (await TasksAsync(issue)).Count(task => task.State == TaskState.Succeeded).ShouldBe(1, told);
            }

            foreach (var issue in unwanted)
            {
                var told = $"seed {seed}, issue {issue.Number}: {string.Join(", ", issue.LabelNames)}";
                Branches(issue).ShouldBeEmpty(told);
                Pulls(issue).ShouldBeEmpty(told);
                issue.LabelNames.ShouldNotContain(label => label.StartsWith("bot:"), told);
                (await TasksAsync(issue)).ShouldAllBe(task => task.State == TaskState.Cancelled, told);
            }
        }

        IEnumerable<string> Branches(Issue issue) => town.Shop.References.Keys.Where(name => name.StartsWith($"refs/heads/bot/issue-{issue.Number}-", StringComparison.Ordinal));

        IEnumerable<Issue> Pulls(Issue issue) => town.Shop.PullRequests.Where(pull => pull.Pull!.HeadBranch.StartsWith($"bot/issue-{issue.Number}-", StringComparison.Ordinal));

        Task<IReadOnlyList<QueuedTask>> TasksAsync(Issue issue) =>
            town.Bot!.Queue.FindByIssueAsync(new IssueReference(RepositoryName.Parse(ChaosTown.Repository), issue.Number), Token);
    }
}
