using System.Collections.Concurrent;
using ClaudeBot.Conversation;
using ClaudeBot.Playground.Demo;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Tests.OpenApi;
using ClaudeBot.Tests.Playground.GitHub;

namespace ClaudeBot.EndToEndTests;

/// <summary>
/// The built executable as a child process on a playground of its own. At its end every exchange with the local GitHub
/// is held against GitHub's description of its API.
/// </summary>
internal sealed class BotOnTown : IAsyncDisposable
{
    private readonly Dictionary<string, string> _settings;
    private readonly List<(Func<string, bool> Fits, TaskCompletionSource Heard)> _listeners = [];
    private BotProcess? _bot;

    private BotOnTown(Town town, string folder, Dictionary<string, string> settings) => (Town, Folder, _settings, DataDirectory) = (town, folder, settings, Path.Combine(folder, "bot"));

    public Town Town { get; }

    /// <summary>Everything of this town and its bot lies here, and goes with it.</summary>
    public string Folder { get; }

    /// <summary>What points a bot at the town; the data folder is not among it.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    public LocalGitHub GitHub => Town.Host.GitHub;

    /// <summary>Every line that the bot has printed, of all its starts.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public BotPorts Ports { get; private set; } = new(null, null, null);

    public string DataDirectory { get; private set; }

    /// <summary>The bot's program: the published one where <c>TEST_PROGRAM</c> names it, which starts sooner; else the built one.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("TEST_PROGRAM")
        ?? Path.Combine(AppContext.BaseDirectory, "..", "..", "ClaudeBot", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "ClaudeBot.dll");

    /// <summary>With this the owner of the repositories signs in to git.</summary>
    public string OwnerToken { get; } = $"owner-{Guid.NewGuid():N}";

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

    /// <summary>Gives the bot a setting, before its next start.</summary>
    public void Set(string name, string value) => _settings[name] = value;

    public async Task StartBotAsync()
    {
        var ports = Path.Combine(DataDirectory, "tmp", "ports.json");
        if (File.Exists(ports))
            File.Delete(ports);
        _bot = BotProcess.Start(Program, DataDirectory, _settings, Hear);
        Ports = await _bot.WhenListeningAsync(TimeProvider.System, Token);
    }

    /// <summary>Completes when the bot prints such a line, from now on.</summary>
    public Task WhenPrintedAsync(Func<string, bool> fits)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_listeners)
            _listeners.Add((fits, heard));
        return heard.Task.WaitAsync(Token);
    }

    /// <summary>Ends the bot as SIGKILL does.</summary>
    public async Task KillBotAsync()
    {
        await _bot!.KillAsync(Ports, Token);
        await StopBotAsync();
    }

    /// <summary>Stops the bot as an operator would (SIGTERM) and waits for its end.</summary>
    public async Task StopBotAsync()
    {
        if (_bot is not null)
            await _bot.DisposeAsync();
        _bot = null;
    }

    /// <summary>From now on the bot is started, and verbs are run, on an empty data folder.</summary>
    public void MoveToNewDataFolder() => DataDirectory += "-new";

    /// <summary>Completes when the end of a task lies in this folder of the data folder.</summary>
    public async Task WhenFiledAsync(string folder)
    {
        var path = Path.Combine(DataDirectory, folder);
        var filed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(path);
        watcher.Created += (_, _) => filed.TrySetResult();
        watcher.Renamed += (_, _) => filed.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (Directory.EnumerateFileSystemEntries(path).Any())
            return;
        await filed.Task.WaitAsync(Token);
    }

    /// <summary>Adds a small repository whose test is quick unless its policy says otherwise, with <paramref name="issues"/> issues.</summary>
    public async Task AddRepositoryAsync(string name, int issues, string policy = "test: test -s README.md\n")
    {
        var files = new Dictionary<string, string> { ["README.md"] = $"# {name}\n", [".github/claude-bot.yml"] = policy };
        await GitHub.CreateRepositoryAsync(name, files, Token);
        GitHub.SetPermission(name, Town.BotLogin, Permission.Write);
        GitHub.AddUser(Town.Owner, OwnerToken);
        for (var number = 1; number <= issues; number++)
            await GitHub.FileIssueAsync(name, Town.Owner, $"Note number {number} of {name}", "Please write this down.", [], Token);
    }

    /// <summary>The owner's commit of one file, by plain git; gives its sha.</summary>
    public async Task<string> PushAsPersonAsync(string repository, string branch, string path, string text)
    {
        var clone = Path.Combine(Folder, $"clone-{Guid.NewGuid():N}");
        var address = new UriBuilder(Town.Host.ServerUrl) { UserName = Town.Owner, Password = OwnerToken, Path = $"/{repository}.git" };
        await Git.RunAsync(Folder, Token, "clone", "-q", "-b", branch, address.ToString(), clone);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(clone, path))!);
        await File.WriteAllTextAsync(Path.Combine(clone, path), text, Token);
        await Git.RunAsync(clone, Token, "add", "-A");
        await Git.RunAsync(clone, Token, "commit", "-q", "-m", "By hand");
        await Git.RunAsync(clone, Token, "push", "-q", "origin", branch);
        return (await Git.RunAsync(clone, Token, "rev-parse", "HEAD")).Trim();
    }

    /// <summary>Completes when the issue carries the label; a task that failed instead of being completed fails the test.</summary>
    public Task WhenLabelledAsync(string repository, int number, string label) => GitHub.WhenAsync(
        () =>
        {
            var labels = GitHub.Repository(repository).Issues[number].LabelNames;
            if (label == BotLabels.Completed && labels.Contains(BotLabels.Failed))
                throw new ShouldAssertException($"{repository}#{number} failed and was to be completed.");
            return labels.Contains(label);
        },
        Token);

    public IReadOnlyList<Issue> PullRequests(string repository) => [.. GitHub.Repository(repository).PullRequests];

    /// <summary>Runs a verb of the same program on the same data and settings; gives its exit code and output.</summary>
    public Task<(int ExitCode, string Output)> RunVerbAsync(params string[] arguments) => RunAsync([.. BotProcess.Command(Program), .. arguments]);

    /// <summary>Runs a verb where <paramref name="disk"/> has room for 32 KB; the last line of its output counts what it left there.</summary>
    public Task<(int ExitCode, string Output)> RunOnSmallDiskAsync(string disk, params string[] arguments) => RunAsync(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", $"mount -t tmpfs -o size=32k small {disk} && \"$@\" 2>&1; code=$?; echo \"left: $(ls -A {disk} | wc -l)\"; exit $code", "sh", .. BotProcess.Command(Program), .. arguments]);

    private async Task<(int ExitCode, string Output)> RunAsync(string[] command)
    {
        var start = new System.Diagnostics.ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
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

    private void Hear(string line)
    {
        Lines.Enqueue(line);
        lock (_listeners)
        {
            foreach (var listener in _listeners.Where(listener => listener.Fits(line)).ToList())
            {
                _listeners.Remove(listener);
                listener.Heard.SetResult();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopBotAsync();
        await Town.DisposeAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Lines));
        Directory.Delete(Folder, recursive: true);
    }
}
