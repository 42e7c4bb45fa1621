using System.Net;
using System.Security.Cryptography;
using ClaudeBot.Playground;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Playground.Sample;

namespace ClaudeBot.RunbookTests.Stack;

/// <summary>The playground's GitHub, by TLS, and its Claude, on the address at which containers reach this machine.</summary>
internal sealed class Services : IAsyncDisposable
{
    public const string Name = "github.playground.test";
    public const string Repository = "octo/greeter";
    public const string Owner = "octo";
    public const string BotLogin = "claude-bot";

    // 2 x 2 pixels of red.
    private const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAE3RFWHRDb21tZW50AEhJRERFTi1XT1JE4iv5hAAAABBJREFUeJxj+M/AAEQMEAoAH+4D/YtfFNQAAAAASUVORK5CYII=";

    private readonly PlaygroundHost _host;
    private readonly List<string> _oldTokens = [];

    private Services(PlaygroundHost host, ClaudeStandIn claude, IPAddress address, string authority) =>
        (_host, Claude, Address, Authority) = (host, claude, address, authority);

    public LocalGitHub GitHub => _host.GitHub;

    public ClaudeStandIn Claude { get; }

    public IPAddress Address { get; }

    /// <summary>The certificate, as PEM, of who vouches for <see cref="Name"/>.</summary>
    public string Authority { get; }

    public Playground.Faults.FaultRack Faults => _host.Faults;

    public Playground.GitHub.Http.RateLimits RateLimits => _host.RateLimits;

    public string HookSecret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public string StatusToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public string Token { get; private set; } = "";

    /// <summary>The tokens before the newest.</summary>
    public IReadOnlyList<string> OldTokens => _oldTokens;

    public string ModelKey { get; private set; } = "";

    public static async Task<Services> StartAsync(string folder, IPAddress address, CancellationToken cancellationToken)
    {
        var authority = new Authority();
        var sample = SampleRepository.Load();
        var options = new PlaygroundOptions { DataFolder = folder, Address = address, Name = Name, Certificate = authority.Certify(Name), RateLimit = 50_000 };
        var host = await PlaygroundHost.StartAsync(options, cancellationToken);
        var claude = await ClaudeStandIn.StartAsync(new() { ScriptFiles = [sample.ScriptFile], Address = address }, null, cancellationToken);
        var services = new Services(host, claude, address, authority.Pem);
        services.NewToken();
        services.NewModelKey();
        await host.GitHub.CreateRepositoryAsync(Repository, sample.Folder, cancellationToken);
        host.GitHub.SetPermission(Repository, BotLogin, Permission.Write);
        return services;
    }

    /// <summary>Gives the bot's account another token; earlier ones go on being good.</summary>
    public string NewToken()
    {
        if (Token.Length > 0)
            _oldTokens.Add(Token);
        Token = "github_pat_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        GitHub.AddUser(BotLogin, Token);
        return Token;
    }

    /// <summary>Another key; the playground's Claude takes any, and tells which one it was shown.</summary>
    public string NewModelKey() => ModelKey = "sk-ant-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    /// <summary>The lines of <c>.env</c> that lead a bot in a container here.</summary>
    public IReadOnlyDictionary<string, string> Settings() => new Dictionary<string, string>
    {
        ["GITHUB_TOKEN"] = Token,
        ["GITHUB_API_URL"] = _host.ApiUrl.ToString(),
        ["GITHUB_SERVER_URL"] = _host.ServerUrl.ToString().TrimEnd('/'),
        ["GITHUB_WEBHOOK_SECRET"] = HookSecret,
        ["TARGET_REPO"] = Repository,
        ["ANTHROPIC_API_KEY"] = ModelKey,
        ["ANTHROPIC_BASE_URL"] = Claude.Address.ToString(),
        ["STATUS_TOKEN"] = StatusToken,
    };

    /// <summary>Files an issue of its own and labels it; gives its number.</summary>
    public Task<int> AskAsync(string title, CancellationToken cancellationToken) => AskAsync(title, "Please.", cancellationToken);

    /// <summary>As the other, with a picture in the text.</summary>
    public Task<int> AskWithPictureAsync(string title, CancellationToken cancellationToken) =>
        AskAsync(title, $"As here:\n\n![here]({GitHub.Upload(Repository, Convert.FromBase64String(Picture), "image/png")})", cancellationToken);

    private async Task<int> AskAsync(string title, string body, CancellationToken cancellationToken)
    {
        var issue = await GitHub.FileIssueAsync(Repository, Owner, title, body, [], cancellationToken);
        await GitHub.LabelAsync(Repository, issue.Number, Owner, "claude-bot", cancellationToken);
        return issue.Number;
    }

    public Issue Issue(int number) => GitHub.Repository(Repository).Issues[number];

    public Task WhenLabelledAsync(int number, string label, CancellationToken cancellationToken) =>
        GitHub.WhenAsync(() => Issue(number).LabelNames.Contains(label), cancellationToken);

    /// <summary>The pull requests that were opened for the issue.</summary>
    public IReadOnlyList<Issue> PullRequestsFor(int number) =>
        [.. GitHub.Repository(Repository).PullRequests.Where(pull => pull.Pull!.HeadBranch.StartsWith($"bot/issue-{number}-", StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        await Claude.DisposeAsync();
        await _host.DisposeAsync();
    }
}
