using System.Security.Cryptography;
using ClaudeBot.GitHub;
using ClaudeBot.GitHub.Apps;
using ClaudeBot.Playground;
using ClaudeBot.Playground.Requests;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.GitHub.Apps;

/// <summary>A playground with an App installed in <c>octo/shop</c> and <c>acme/till</c>, on a clock that the test moves.</summary>
internal sealed class AppStage : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("app-");
    private readonly RSA _key = RSA.Create(2048);

    public static RepositoryName Shop { get; } = RepositoryName.Parse("octo/shop");

    public static RepositoryName Till { get; } = RepositoryName.Parse("acme/till");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    public SecretMask Mask { get; } = new();

    public string PrivateKey { get; set; } = "";

    public PlaygroundHost Host { get; private set; } = null!;

    public ClaudeBot.Playground.GitHub.State.GitHubApp App { get; private set; } = null!;

    public AppCredential Credential { get; private set; } = null!;

    public GitHubOptions Options { get; private set; } = null!;

    public GitHubClient Client { get; private set; } = null!;

    public IEnumerable<RecordedExchange> Minted => Host.Requests.All.Where(exchange => exchange.Path.EndsWith("/access_tokens", StringComparison.Ordinal));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<AppStage> OpenAsync()
    {
        var stage = new AppStage();
        stage.Host = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(stage._folder.FullName, "github"), Time = stage.Time }, Token);
        foreach (var name in new[] { Shop, Till, RepositoryName.Parse("octo/diary") })
            await stage.Host.GitHub.CreateRepositoryAsync(name.ToString(), new Dictionary<string, string> { ["README.md"] = "# A\n" }, Token, isPrivate: true);
        stage.PrivateKey = stage._key.ExportRSAPrivateKeyPem();
        stage.App = stage.Host.GitHub.AddApp("claude-helper", "octo", stage._key.ExportSubjectPublicKeyInfoPem());
        stage.Host.GitHub.InstallApp(stage.App, "octo/shop");
        stage.Host.GitHub.InstallApp(stage.App, "acme/till");
        var plain = new GitHubOptions
        {
            ApiUrl = stage.Host.ApiUrl,
            ServerUrl = stage.Host.ServerUrl,
            Token = new SecretSource("GITHUB_TOKEN", () => null, stage.Mask),
            RetryDelay = TimeSpan.Zero,
        };
        stage.Credential = new AppCredential($"{stage.App.Id}", new SecretSource("GITHUB_APP_PRIVATE_KEY", () => stage.PrivateKey, stage.Mask), plain, stage.Time);
        stage.Options = plain with { Credential = stage.Credential };
        stage.Client = new GitHubClient(stage.Options, new MemoryPenaltyStore(), stage.Time, NullLogger<GitHubClient>.Instance);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Credential.Dispose();
        await Host.DisposeAsync();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }
}
