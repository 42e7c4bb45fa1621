using ClaudeBot.Conversation;
using ClaudeBot.Tests.GitHub.Apps;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Tests.Triggers.Chaos;
using ClaudeBot.Triggers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Hosting;

/// <summary>The whole bot signed in as a GitHub App, with no repository named.</summary>
public sealed class BotAsAppTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_App_serves_every_repository_in_which_it_is_installed_from_issue_to_pull_request()
    {
        await using var stage = await AppStage.OpenAsync();
        using var room = Room(stage);
        await using var bot = await ChaosBot.StartAsync(room, stage.Time);
        var first = await stage.Host.GitHub.FileIssueAsync("octo/shop", "octo", "The answer is missing", "Write it.", ["claude-bot"], Token);
        await bot.PollAsync();
        await bot.DecideAsync();
        await bot.WorkAsync();

        // Installed while the bot runs, and worked on after the first token's end.
        await stage.Host.GitHub.CreateRepositoryAsync("late/comer", new Dictionary<string, string> { ["README.md"] = "# Late\n" }, Token, isPrivate: true);
        stage.Host.GitHub.InstallApp(stage.App, "late/comer");
        var second = await stage.Host.GitHub.FileIssueAsync("late/comer", "late", "The answer is missing", "Write it.", ["claude-bot"], Token);
        stage.Time.Advance(TimeSpan.FromHours(2));
        (await bot.PollAsync()).Repositories.ShouldBe(3);
        await bot.DecideAsync();
        await bot.WorkAsync();

        foreach (var issue in new[] { first, second })
        {
            issue.LabelNames.ShouldContain(BotLabels.Completed);
            issue.Comments.ShouldHaveSingleItem().Author.Login.ShouldBe("claude-helper[bot]");
            issue.Repository.PullRequests.ShouldHaveSingleItem().Author.Login.ShouldBe("claude-helper[bot]");
        }

        stage.Host.Requests.All.SelectMany(GitHubDescription.Validate).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repository_that_the_App_is_installed_in_later_gets_its_labels_too()
    {
        await using var stage = await AppStage.OpenAsync();
        var options = new TriggerOptions { Repositories = [] };
        using var setup = new LabelSetup(stage.Client, new ServedRepositories(stage.Client, options), options, stage.Time, NullLogger<LabelSetup>.Instance);
        await setup.SetUpNewAsync(Token);
        stage.Host.GitHub.InstallApp(stage.App, "octo/diary");
        var before = stage.Host.Requests.All.Count;
        await setup.SetUpNewAsync(Token);

        foreach (var name in new[] { "octo/shop", "acme/till", "octo/diary" })
            stage.Host.GitHub.Repository(name).Labels.Select(label => label.Name).ShouldContain("claude-bot", name);
        stage.Host.Requests.All.Skip(before).ShouldAllBe(exchange => !exchange.Path.StartsWith("/repos/octo/shop/", StringComparison.Ordinal));
    }

    private static HostRoom Room(AppStage stage)
    {
        var room = new HostRoom();
        Directory.CreateDirectory(room.Data);
        var key = Path.Combine(room.Data, "app.pem");
        File.WriteAllText(key, stage.PrivateKey);
        room.Environment.Remove("TARGET_REPO");
        room.Environment.Remove("GITHUB_TOKEN");
        room.Environment["GITHUB_API_URL"] = stage.Host.ApiUrl.ToString();
        room.Environment["GITHUB_SERVER_URL"] = stage.Host.ServerUrl.ToString();
        room.Environment["GITHUB_APP_ID"] = $"{stage.App.Id}";
        room.Environment["GITHUB_APP_PRIVATE_KEY_FILE"] = key;
        return room;
    }
}
