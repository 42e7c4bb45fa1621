using System.Net;
using ClaudeBot.Playground;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Triggers.Chaos;

/// <summary>
/// A playground on a clock of its own whose webhooks get lost, doubled and swapped, and a bot that can be down. The road
/// to the bot stays: while it is down, its connections break.
/// </summary>
internal sealed class ChaosTown : IAsyncDisposable
{
    public const string Repository = "octo/shop";
    public static readonly TimeSpan PollInterval = TimeSpan.FromMinutes(15);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("chaos-");
    private readonly HostRoom _room = new();
    private WebApplication _road = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));

    public PlaygroundHost Host { get; private set; } = null!;

    public LocalGitHub GitHub => Host.GitHub;

    public Repository Shop => GitHub.Repository(Repository);

    /// <summary>Null while it is down.</summary>
    public ChaosBot? Bot { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ChaosTown> OpenAsync(int seed, Permission ofTheBot)
    {
        var town = new ChaosTown();
        town.Host = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(town._folder.FullName, "github"), Time = town.Time }, Token);
        town.GitHub.AddUser("claude-bot", "bot-token-of-tests");
        foreach (var login in new[] { "mona", "mallory" })
            town.GitHub.AddUser(login);
        await town.GitHub.CreateRepositoryAsync(Repository, new Dictionary<string, string> { ["README.md"] = "# Shop\n" }, Token);
        town.GitHub.SetPermission(Repository, "claude-bot", ofTheBot);
        town.GitHub.SetPermission(Repository, "mona", Permission.Write);
        town.GitHub.SetPermission(Repository, "mallory", Permission.Triage);
        await town.BuildRoadAsync();
        await town.GitHub.WhenHooksDeliveredAsync(Token);
        town.GitHub.HookKnobs.Seed = seed;
        (town.GitHub.HookKnobs.DropRate, town.GitHub.HookKnobs.DuplicateRate, town.GitHub.HookKnobs.ReorderRate) = (0.2, 0.1, 0.1);
        return town;
    }

    public async Task StartBotAsync() => Bot = await ChaosBot.StartAsync(_room, Time);

    public async Task StopBotAsync()
    {
        var bot = Bot!;
        Bot = null;
        await GitHub.WhenHooksDeliveredAsync(Token);
        await bot.DisposeAsync();
    }

    /// <summary>Files an issue with the label.</summary>
    public Task<Issue> AskAsync(string login, params string[] moreLabels) =>
        GitHub.FileIssueAsync(Repository, login, "The answer is missing", "Please write answer.txt.", ["claude-bot", .. moreLabels], Token);

    /// <summary>Lets the bot do everything that the deliveries so far and the inbox give it to do.</summary>
    public async Task SettleAsync()
    {
        var bot = Bot!;
        do
        {
            await GitHub.WhenHooksDeliveredAsync(Token);
            await bot.DecideAsync();
            await bot.WorkAsync();
            await GitHub.WhenHooksDeliveredAsync(Token);
        }
        while (await bot.DecideAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Bot is not null)
            await Bot.DisposeAsync();
        await _road.DisposeAsync();
        await Host.DisposeAsync();
        _room.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task BuildRoadAsync()
    {
        const string Path = "/webhooks/github";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _road = builder.Build();
        _road.MapPost(Path, async (HttpContext http) =>
        {
            if (Bot is { } bot)
                return await bot.ReceiveAsync(http);
            http.Abort();
            return Results.Empty;
        });
        await _road.StartAsync(Token);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["GITHUB_API_URL"] = Host.ApiUrl.ToString(),
            ["GITHUB_SERVER_URL"] = Host.ServerUrl.ToString(),
            ["GITHUB_TOKEN"] = "bot-token-of-tests",
            ["TARGET_REPO"] = Repository,
            ["MAX_CONCURRENT_PER_REPO"] = "3",
        })
        {
            _room.Environment[name] = value;
        }

        await GitHub.AddHookAsync(Repository, new Uri(_road.Urls.First() + Path), _room.Environment["GITHUB_WEBHOOK_SECRET"], [], Token);
    }
}
