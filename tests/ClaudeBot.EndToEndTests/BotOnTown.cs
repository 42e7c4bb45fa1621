using System.Collections.Concurrent;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Tests.OpenApi;

namespace ClaudeBot.EndToEndTests;

/// <summary>
/// The built executable as a child process on a playground of its own. At its end every exchange with the local GitHub
/// is held against GitHub's description of its API.
/// </summary>
internal sealed class BotOnTown : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _settings;
    private BotProcess? _bot;

    private BotOnTown(Town town, string folder, Dictionary<string, string> settings) => (Town, _folder, _settings) = (town, folder, settings);

    public Town Town { get; }

    public LocalGitHub GitHub => Town.Host.GitHub;

    /// <summary>Every line that the bot has printed, of all its starts.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public BotPorts Ports { get; private set; } = new(null, null, null);

    public string DataDirectory => Path.Combine(_folder, "bot");

    public static string Program => Path.Combine(AppContext.BaseDirectory, "..", "..", "ClaudeBot", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "ClaudeBot.dll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes the town; the bot is started by <see cref="StartBotAsync"/>.</summary>
    public static async Task<BotOnTown> MakeAsync(string agent, params (string Name, string Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("claude-bot-e2e-").FullName;
        var town = await Town.StartAsync(new() { DataFolder = Path.Combine(folder, "github") }, null, Token);
        var all = new Dictionary<string, string>(town.BotSettings())
        {
            ["AGENT"] = agent,
            ["WEBHOOK_PORT"] = "0",
            ["METRICS_PORT"] = "0",
            ["STATUS_PORT"] = "0",
            ["ISSUE_CHECK_INTERVAL"] = "24h",
            ["CLAUDE_CODE_PATH"] = ClaudeCode.Path,
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new BotOnTown(town, folder, all);
    }

    public async Task StartBotAsync()
    {
        var ports = Path.Combine(DataDirectory, "tmp", "ports.json");
        if (File.Exists(ports))
            File.Delete(ports);
        _bot = BotProcess.Start(Program, DataDirectory, _settings, Lines.Enqueue);
        Ports = await _bot.WhenListeningAsync(TimeProvider.System, Token);
    }

    /// <summary>Stops the bot as an operator would (SIGTERM) and waits for its end.</summary>
    public async Task StopBotAsync()
    {
        if (_bot is not null)
            await _bot.DisposeAsync();
        _bot = null;
    }

    /// <summary>Kills the bot alone (SIGKILL), as a crash would.</summary>
    public async Task KillBotAsync()
    {
        await _bot!.KillAsync(Token);
        await _bot.DisposeAsync();
        _bot = null;
    }

    /// <summary>Adds a small repository whose test is quick, with <paramref name="issues"/> issues.</summary>
    public async Task AddRepositoryAsync(string name, int issues)
    {
        var files = new Dictionary<string, string> { ["README.md"] = $"# {name}\n", [".github/claude-bot.yml"] = "test: test -s README.md\n" };
        await GitHub.CreateRepositoryAsync(name, files, Token);
        GitHub.SetPermission(name, Town.BotLogin, Permission.Write);
        for (var number = 1; number <= issues; number++)
            await GitHub.FileIssueAsync(name, Town.Owner, $"Note number {number} of {name}", "Please write this down.", [], Token);
    }

    /// <summary>Completes when the issue carries the label.</summary>
    public Task WhenLabelledAsync(string repository, int number, string label) =>
        GitHub.WhenAsync(() => GitHub.Repository(repository).Issues[number].LabelNames.Contains(label), Token);

    public IReadOnlyList<Issue> PullRequests(string repository) => [.. GitHub.Repository(repository).PullRequests];

    /// <summary>Runs a verb of the same program on the same data and settings; gives its exit code and output.</summary>
    public async Task<(int ExitCode, string Output)> RunVerbAsync(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in _settings)
            start.Environment[name] = value;
        start.Environment["BOT_DATA_DIR"] = DataDirectory;
        using var process = System.Diagnostics.Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, output);
    }

    /// <summary>Every difference between what was said over the API and GitHub's description of it.</summary>
    public IReadOnlyList<string> DescriptionFaults() =>
        [.. Town.Host.Requests.All.SelectMany(exchange => GitHubDescription.Validate(exchange)).Distinct()];

    public async ValueTask DisposeAsync()
    {
        await StopBotAsync();
        await Town.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Lines));
        Directory.Delete(_folder, recursive: true);
    }
}
