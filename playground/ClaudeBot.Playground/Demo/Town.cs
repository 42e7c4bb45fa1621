using System.Security.Cryptography;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Playground.Sample;

namespace ClaudeBot.Playground.Demo;

/// <summary>Both stand-ins with the sample repository in place: all that a bot needs to work without a key.</summary>
public sealed class Town : IAsyncDisposable
{
    /// <summary>The bot's account on the local GitHub.</summary>
    public const string BotLogin = "claude-bot";

    private readonly string _token = "ghp_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
    private readonly string _hookSecret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
    private readonly string _modelKey;

    private Town(PlaygroundHost host, ClaudeStandIn? claude, SampleRepository sample, string modelKey) =>
        (Host, Claude, Sample, _modelKey) = (host, claude, sample, modelKey);

    public PlaygroundHost Host { get; }

    public SampleRepository Sample { get; }

    /// <summary>The login of the person who owns the sample repository, and who acts on the pages.</summary>
    public string Owner => Sample.Name.Split('/')[0];

    /// <summary>The scripted Claude; null when the real API serves.</summary>
    public ClaudeStandIn? Claude { get; }

    /// <summary>
    /// Starts the local GitHub with the sample repository and its issues, and the scripted Claude unless
    /// <paramref name="modelKey"/>, a key of the real API, is given.
    /// </summary>
    public static async Task<Town> StartAsync(PlaygroundOptions options, string? modelKey, CancellationToken cancellationToken)
    {
        var sample = SampleRepository.Load();
        var scriptedKey = "sk-playground-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var host = await PlaygroundHost.StartAsync(options, cancellationToken);
        var claude = modelKey is null
            ? await ClaudeStandIn.StartAsync(new() { ScriptFiles = [sample.ScriptFile], RequiredKey = scriptedKey, Address = options.Address }, null, cancellationToken)
            : null;
        var town = new Town(host, claude, sample, modelKey ?? scriptedKey);
        await town.SettleAsync(cancellationToken);
        return town;
    }

    /// <summary>Sends the sample repository's events to a bot's webhook door on this machine.</summary>
    public Task<Hook> AddHookAsync(int webhookPort, CancellationToken cancellationToken) =>
        AddHookAsync(Sample.Name, webhookPort, cancellationToken);

    /// <summary>As the other, for any repository.</summary>
    public Task<Hook> AddHookAsync(string repository, int webhookPort, CancellationToken cancellationToken) =>
        Host.GitHub.AddHookAsync(repository, new Uri($"http://127.0.0.1:{webhookPort}/webhooks/github"), _hookSecret, [], cancellationToken);

    /// <summary>The settings that point a bot here; secrets among them, so they go by environment and never by argument.</summary>
    public IReadOnlyDictionary<string, string> BotSettings()
    {
        var settings = new Dictionary<string, string>
        {
            ["GITHUB_TOKEN"] = _token,
            ["GITHUB_API_URL"] = Host.ApiUrl.ToString(),
            ["GITHUB_SERVER_URL"] = Host.ServerUrl.ToString(),
            ["GITHUB_WEBHOOK_SECRET"] = _hookSecret,
            ["TARGET_REPO"] = Sample.Name,
            ["ANTHROPIC_API_KEY"] = _modelKey,
        };
        if (Claude is not null)
            settings["ANTHROPIC_BASE_URL"] = Claude.Address.ToString();
        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        if (Claude is not null)
            await Claude.DisposeAsync();
        await Host.DisposeAsync();
    }

    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        Host.GitHub.AddUser(BotLogin, _token);
        await Host.GitHub.CreateRepositoryAsync(Sample.Name, Sample.Folder, cancellationToken);
        Host.GitHub.SetPermission(Sample.Name, BotLogin, Permission.Write);
        foreach (var issue in Sample.Issues)
            await Host.GitHub.FileIssueAsync(Sample.Name, Owner, issue.Title, issue.Body, [], cancellationToken);
    }
}
