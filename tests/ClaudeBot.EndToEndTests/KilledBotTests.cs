using System.Text.Json;
using ClaudeBot.Playground.Faults;
using ClaudeBot.Playground.GitHub.State;
using Microsoft.Data.Sqlite;

namespace ClaudeBot.EndToEndTests;

/// <summary>The real process, killed with SIGKILL around each of its effects and started again: every effect is there once.</summary>
[Trait("Start", "First")]
public sealed class KilledBotTests
{
    private const string Repository = "octo/one";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="method">Of the request that has the effect on issue {0}.</param>
    /// <param name="next">What the bot asks for after the effect is recorded; null: nothing more.</param>
    [Theory]
    [Trait("Length", "Long")]
    [InlineData("label change", "POST", "/octo/one/issues/{0}/labels$", "POST /octo/one/issues/{0}/comments$")]
    [InlineData("comment create", "POST", "/octo/one/issues/{0}/comments$", "GET /repos/octo/one$")]
    [InlineData("ref create by push", "POST", @"/octo/one\.git/git-receive-pack$", "POST /octo/one/pulls$")]
    [InlineData("pull request create", "POST", "/octo/one/pulls$", @"GET /octo/one/pulls/\d+$")]
    [InlineData("comment edit", "PATCH", "/octo/one/issues/comments/", null)]
    public async Task A_bot_that_is_killed_around_an_effect_has_it_once(string effect, string method, string path, string? next)
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("TARGET_REPO", Repository));
        await bot.AddRepositoryAsync(Repository, issues: 4);
        await StartAsync(bot);

        await KillAsync(bot, 1, FaultKind.Hold, method, Of(path, 1));
        await KillAsync(bot, 2, FaultKind.ApplyThenHold, method, Of(path, 2));
        await KillUnrecordedAsync(bot, 3, method, Of(path, 3));
        if (next?.Split(' ', 2) is [var nextMethod, var nextPath])
            await KillAsync(bot, 4, FaultKind.Hold, nextMethod, Of(nextPath, 4));

        var killed = next is null ? 3 : 4;
        var pulls = bot.PullRequests(Repository);
        pulls.Count.ShouldBe(killed, effect);
        pulls.Select(pull => pull.Pull!.HeadBranch).Distinct().Count().ShouldBe(killed);
        var branches = bot.GitHub.Repository(Repository).References.Where(reference => reference.Key.StartsWith("refs/heads/bot/", StringComparison.Ordinal)).ToList();
        branches.Select(branch => branch.Value).Order().ShouldBe(pulls.Select(pull => pull.Pull!.HeadSha).Order());
        for (var number = 1; number <= killed; number++)
        {
            var issue = bot.GitHub.Repository(Repository).Issues[number];
            issue.Comments.ShouldHaveSingleItem().Body.ShouldContain("### Claude Bot opened a pull request");
            issue.LabelNames.ShouldBe(["claude-bot", "bot:completed"], ignoreOrder: true);
        }

        bot.DescriptionFaults().ShouldBeEmpty();
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_bot_that_is_killed_around_an_effect_of_a_follow_up_has_it_once()
    {
        await using var bot = await BotOnTown.MakeAsync("api", ("TARGET_REPO", Repository), ("PR_QUIET_PERIOD", "1s"));
        await bot.AddRepositoryAsync(Repository, issues: 1);
        await StartAsync(bot);
        await bot.GitHub.LabelAsync(Repository, 1, bot.Town.Owner, "claude-bot", Token);
        await bot.WhenLabelledAsync(Repository, 1, "bot:completed");
        var pull = bot.PullRequests(Repository).ShouldHaveSingleItem();
        // Before any fault is armed: a person's push is a push like the bot's.
        var person = await bot.PushAsPersonAsync(Repository, pull.Pull!.HeadBranch, "by-hand.txt", "mine\n");

        var pushed = await KillFollowUpAsync(bot, pull, 1, FaultKind.ApplyThenHold, @"/octo/one\.git/git-receive-pack$");
        var replied = await KillFollowUpAsync(bot, pull, 2, FaultKind.ApplyThenHold, "/comments/[0-9]+/replies$");

        foreach (var note in new[] { pushed, replied })
            pull.Pull.ReviewComments.Count(comment => comment.InReplyTo == note).ShouldBe(1);
        using var client = new HttpClient();
        using var commits = JsonDocument.Parse(await client.GetStringAsync($"{bot.Town.Host.ApiUrl.ToString().TrimEnd('/')}/repos/{Repository}/pulls/{pull.Number}/commits", Token));
        commits.RootElement.EnumerateArray().Select(commit => commit.GetProperty("sha").GetString()).ShouldContain(person);
        commits.RootElement.GetArrayLength().ShouldBe(4, "the pull request's, the person's and one for each remark");
        pull.LabelNames.ShouldBe(["bot:completed"]);
        pull.Comments.Where(comment => comment.Body.StartsWith("<!-- claude-bot:issue ", StringComparison.Ordinal)).ShouldHaveSingleItem().Body.ShouldContain("### Claude Bot has seen to it");
        bot.DescriptionFaults().ShouldBeEmpty();
    }

    /// <summary>Kills the bot at work on a comment on the diff, and lets the next one finish; gives the comment's id.</summary>
    private static async Task<long> KillFollowUpAsync(BotOnTown bot, Issue pull, int line, FaultKind fault, string path)
    {
        bot.Town.Host.Faults.Add(new Fault(fault, "POST", path));
        var note = await bot.GitHub.NoteAsync(Repository, pull.Number, bot.Town.Owner, "docs/issue-notes/issue-1.md", line, $"Please note remark {line}.", Token);
        await bot.Town.Host.Faults.WhenHeldAsync(Token);
        await bot.KillBotAsync();
        await ReleaseAsync(bot);
        var ended = bot.WhenPrintedAsync(line => line.Contains("task_duration=", StringComparison.Ordinal));
        await StartAsync(bot);
        await ended;
        return note.Id;
    }

    private static string Of(string pattern, int issue) => pattern.Replace("{0}", $"{issue}", StringComparison.Ordinal);

    private static async Task StartAsync(BotOnTown bot)
    {
        await bot.StartBotAsync();
        await bot.Town.AddHookAsync(Repository, bot.Ports.WebhookPort!.Value, Token);
    }

    private static async Task KillAsync(BotOnTown bot, int issue, FaultKind fault, string method, string path)
    {
        await HoldAsync(bot, issue, fault, method, path);
        await bot.KillBotAsync();
        await FinishAsync(bot, issue);
    }

    /// <summary>The reply arrives, and the ledger is locked until the bot is dead.</summary>
    private static async Task KillUnrecordedAsync(BotOnTown bot, int issue, string method, string path)
    {
        await HoldAsync(bot, issue, FaultKind.ApplyThenHold, method, path);
        await KillWithLedgerHeldAsync(bot);
        await FinishAsync(bot, issue);
    }

    private static async Task KillWithLedgerHeldAsync(BotOnTown bot)
    {
        await using var ledger = new SqliteConnection($"Data Source={Path.Combine(bot.DataDirectory, "ledger.db")};Pooling=False");
        await ledger.OpenAsync(Token);
        await using var command = ledger.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(Token);
        bot.Town.Host.Faults.ReleaseHeld();
        await bot.KillBotAsync();
    }

    private static async Task HoldAsync(BotOnTown bot, int issue, FaultKind fault, string method, string path)
    {
        bot.Town.Host.Faults.Add(new Fault(fault, method, path));
        await bot.GitHub.LabelAsync(Repository, issue, bot.Town.Owner, "claude-bot", Token);
        await bot.Town.Host.Faults.WhenHeldAsync(Token);
    }

    private static async Task FinishAsync(BotOnTown bot, int issue)
    {
        await StartAsync(bot);
        await bot.WhenLabelledAsync(Repository, issue, "bot:completed");
        // A git that outlived its bot may still hang on the held request.
        await ReleaseAsync(bot);
        await bot.GitHub.WhenAsync(() => bot.GitHub.Repository(Repository).Issues[issue].Comments.Any(comment => comment.Body.Contains("opened a pull request", StringComparison.Ordinal)), Token);
    }

    /// <summary>What was held is gone when this ends: the next wait for a held request must not see it.</summary>
    private static Task ReleaseAsync(BotOnTown bot)
    {
        bot.Town.Host.Faults.ReleaseHeld();
        return bot.Town.Host.Faults.WhenNoneHeldAsync(Token);
    }
}
