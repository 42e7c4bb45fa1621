using System.Text.Json;

namespace ClaudeBot.EndToEndTests;

public sealed class ManyIssuesTests
{
    private static readonly (string Repository, int Issues)[] Load = [("octo/one", 10), ("octo/two", 6), ("octo/three", 4)];

    [Fact]
    [Trait("Length", "Long")]
    public async Task Twenty_issues_over_three_repositories_become_twenty_pull_requests_and_duplicates_change_nothing()
    {
        var token = TestContext.Current.CancellationToken;
        await using var bot = await BotOnTown.MakeAsync(
            "api", ("ALLOWED_REPOSITORIES", string.Join(',', Load.Select(l => l.Repository))), ("MAX_CONCURRENT_TASKS", "3"), ("MAX_CONCURRENT_PER_REPO", "2"));
        foreach (var (repository, issues) in Load)
            await bot.AddRepositoryAsync(repository, issues);
        await bot.StartBotAsync();
        bot.GitHub.HookKnobs.DuplicateRate = 1;
        foreach (var (repository, _) in Load)
            await bot.Town.AddHookAsync(repository, bot.Ports.WebhookPort!.Value, token);

        var asked = Load.SelectMany(l => Enumerable.Range(1, l.Issues).Select(number => (l.Repository, Number: number))).ToList();
        await Task.WhenAll(asked.Select(async issue =>
        {
            await bot.GitHub.LabelAsync(issue.Repository, issue.Number, bot.Town.Owner, "claude-bot", token);
            // The label event again, under another delivery id.
            await bot.GitHub.UnlabelAsync(issue.Repository, issue.Number, bot.Town.Owner, "claude-bot", token);
            await bot.GitHub.LabelAsync(issue.Repository, issue.Number, bot.Town.Owner, "claude-bot", token);
        }));
        foreach (var (repository, number) in asked)
            await bot.WhenLabelledAsync(repository, number, "bot:completed");
        await bot.GitHub.WhenHooksDeliveredAsync(token);

        foreach (var (repository, issues) in Load)
        {
            var pulls = bot.PullRequests(repository);
            pulls.Count.ShouldBe(issues, repository);
            pulls.Select(p => p.Pull!.HeadBranch).Distinct().Count().ShouldBe(issues, repository);
            for (var number = 1; number <= issues; number++)
                bot.GitHub.Repository(repository).Issues[number].Comments.Count().ShouldBe(1, $"{repository}#{number}");
        }

        var starts = await StartsAndEndsAsync(bot);
        starts.Count(e => e.Change > 0).ShouldBe(20);
        HighestLoad(starts, _ => true).ShouldBeInRange(2, 3);
        foreach (var (repository, _) in Load)
            HighestLoad(starts, e => e.Repository == repository).ShouldBeLessThanOrEqualTo(2);
        NobodyStarves(starts);
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    private static async Task<List<(string Repository, int Change)>> StartsAndEndsAsync(BotOnTown bot)
    {
        var (exitCode, output) = await bot.RunVerbAsync("timeline", "--since", "2020-01-01", "--json");
        exitCode.ShouldBe(0, output);
        return [.. JsonDocument.Parse(output).RootElement.EnumerateArray()
            .Select(e => (Kind: e.GetProperty("kind").GetString(), Subject: e.GetProperty("subject").GetString()))
            .Where(e => e.Kind is "task.running" or "task.succeeded" or "task.requeued")
            .Select(e => (e.Subject!.Split('#')[0], e.Kind == "task.running" ? 1 : -1))];
    }

    private static int HighestLoad(List<(string Repository, int Change)> events, Func<(string Repository, int Change), bool> counts)
    {
        var (running, highest) = (0, 0);
        foreach (var change in events.Where(counts))
            highest = Math.Max(highest, running += change.Change);
        return highest;
    }

    /// <summary>While a repository still has work waiting, no other is served three times more often.</summary>
    private static void NobodyStarves(List<(string Repository, int Change)> events)
    {
        var served = Load.ToDictionary(l => l.Repository, _ => 0);
        foreach (var (repository, _) in events.Where(e => e.Change > 0))
        {
            served[repository]++;
            var leastOfWaiting = Load.Where(l => served[l.Repository] < l.Issues).Select(l => served[l.Repository]).DefaultIfEmpty(int.MaxValue).Min();
            (served[repository] - Math.Min(leastOfWaiting, served[repository])).ShouldBeLessThanOrEqualTo(2, repository);
        }
    }
}
