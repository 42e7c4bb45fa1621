using System.Diagnostics;
using ClaudeBot.Agents;
using ClaudeBot.Playground.Claude;
using ClaudeBot.Playground.Sample;
using ClaudeBot.Processes;
using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Tests.Agents;

/// <summary>A work tree of the sample, a fresh home, and the scripted Claude; the CLI is the real one.</summary>
internal sealed class AgentFixture : IAsyncDisposable
{
    public const string Token = "cbp-0123456789abcdef0123456789abcdef";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agent-");

    private AgentFixture(ClaudeStandIn claude) => Claude = claude;

    public ClaudeStandIn Claude { get; }

    public SecretMask Mask { get; } = new();

    public List<AgentEvent> Events { get; } = [];

    /// <summary>The hosts that the sandbox lets its agents reach; set before the first agent is made.</summary>
    public IReadOnlyList<string> EgressAllow { get; set; } = [];

    public string WorkTree => Path.Combine(_folder.FullName, "tree");

    public string TranscriptPath => Path.Combine(_folder.FullName, "transcript.ndjson");

    public string Transcript => File.ReadAllText(TranscriptPath);

    public AgentRequest Request(string prompt) => new()
    {
        TaskId = TaskId.Parse("octo--greeter--issue-1-abc123"),
        WorkTree = WorkTree,
        Home = Path.Combine(_folder.FullName, "home"),
        Prompt = prompt,
        Gateway = new GatewayPass(Claude.Address, Token),
        TranscriptPath = TranscriptPath,
        Timeout = TimeSpan.FromMinutes(2),
        StallTimeout = TimeSpan.FromMinutes(1),
        OnEvent = entry =>
        {
            lock (Events)
                Events.Add(entry);
        },
    };

    public static async Task<AgentFixture> StartAsync(CancellationToken cancellationToken)
    {
        var sample = SampleRepository.Load();
        var claude = await ClaudeStandIn.StartAsync(
            new ClaudeStandInOptions { ScriptFiles = [sample.TrialScriptFile, sample.ScriptFile], RequiredKey = Token }, null, cancellationToken);
        var fixture = new AgentFixture(claude);
        Directory.CreateDirectory(Path.Combine(fixture._folder.FullName, "home"));
        foreach (var file in Directory.GetFiles(sample.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
        {
            var copy = Path.Combine(fixture.WorkTree, Path.GetRelativePath(sample.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        var commit = await fixture.Processes.RunAsync(new ProcessRequest
        {
            Program = "bash",
            Arguments = ["-ec", "git init -q -b main; git add -A; git -c user.name=Test -c user.email=test@example.org commit -qm Sample"],
            WorkingDirectory = fixture.WorkTree,
            Environment = new Dictionary<string, string> { ["PATH"] = new AgentOptions().SearchPath, ["GIT_CONFIG_GLOBAL"] = "/dev/null" },
        }, cancellationToken);
        commit.Succeeded.ShouldBeTrue(commit.Error);
        return fixture;
    }

    /// <summary>Waits for a request of the run; a run that ends without it fails the test.</summary>
    public async Task SeenAsync(Task<AgentResult> run, Func<ClaudeRequest, bool> fits, CancellationToken cancellationToken)
    {
        var seen = Claude.Requests.WaitAsync(fits, cancellationToken);
        if (await Task.WhenAny(seen, run) == run)
            throw new InvalidOperationException($"The run ended before the request came: {await run}");
        await seen;
    }

    /// <summary>The real CLI, or a failure that says how to get it.</summary>
    public ClaudeCodeAgent ClaudeCode(string? path = null, TimeProvider? time = null, bool inSandbox = true)
    {
        var options = new AgentOptions { ClaudeCodePath = path ?? Environment.GetEnvironmentVariable("CLAUDE_CODE_PATH") };
        var sandbox = inSandbox ? Sandbox : new SandboxRunner(Processes, new SandboxOptions { Enabled = false }, NullLogger<SandboxRunner>.Instance);
        return new(new ClaudeCodeProgram(options, Processes), new ClaudeCodeHome(Processes), options, sandbox, Passes, Mask, time ?? TimeProvider.System);
    }

    public ApiAgent Api() => new(new AgentOptions(), Sandbox, Passes, Mask, TimeProvider.System);

    public ScriptedAgent Scripted(params ScriptedStep[] steps) => new(_ => steps, new AgentOptions(), Sandbox, Mask, TimeProvider.System);

    public ProcessRunner Processes { get; } = new(TimeProvider.System);

    private SandboxRunner Sandbox => field ??= new SandboxRunner(Processes, new SandboxOptions { EgressAllow = EgressAllow }, NullLogger<SandboxRunner>.Instance);

    public GatewayPasses Passes => field ??= new GatewayPasses(Mask);

    public string Read(string path) => File.ReadAllText(Path.Combine(WorkTree, path));

    /// <summary>The processes whose environment has this fixture's home.</summary>
    public IReadOnlyList<int> Alive() => [.. Process.GetProcesses().Select(process => process.Id).Where(id =>
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/environ").Contains(_folder.FullName, StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    })];

    public async ValueTask DisposeAsync()
    {
        await Claude.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
