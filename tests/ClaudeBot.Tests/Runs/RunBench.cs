using ClaudeBot.Agents;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Playground;
using ClaudeBot.Playground.GitHub.State;
using ClaudeBot.Processes;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Tests.Runs;

/// <summary>Everything a run needs, real but for the agent: GitHub over HTTP, git, the ledger in a file, processes.</summary>
internal sealed class RunBench : IAsyncDisposable
{
    public const string Repository = "acme/shop";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("runs-");
    private ServiceProvider? _services;

    public PlaygroundHost Playground { get; private set; } = null!;

    public TestAgent Agent { get; } = new();

    public Repository Shop => Playground.GitHub.Repository(Repository);

    public ITaskQueue Queue => Get<ITaskQueue>();

    public IRunJournal Journal => Get<IRunJournal>();

    public string Branch { get; private set; } = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static Task<RunBench> StartAsync(string? policy = "test: [\"sh test.sh\"]", params (string Path, string Text)[] more) => StartAsync(policy, more, null);

    /// <param name="replace">As for <see cref="Compose"/>.</param>
    /// <param name="time">GitHub's clock; null: the system's.</param>
    public static async Task<RunBench> StartAsync(string? policy, (string Path, string Text)[] more, Action<IServiceCollection>? replace, TimeProvider? time = null)
    {
        var bench = new RunBench();
        bench.Playground = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(bench._folder.FullName, "github"), Time = time ?? TimeProvider.System }, Token);
        bench.Playground.GitHub.AddUser("claude-bot", "bot-token-123");
        bench.Playground.GitHub.AddUser("mona", "mona-token");
        var files = new Dictionary<string, string>
        {
            ["README.md"] = "# Shop\n",
            ["CLAUDE.md"] = "Answer with a number.\n",
            ["test.sh"] = "grep -q 42 answer.txt\n",
        };
        foreach (var (path, text) in more)
            files[path] = text;
        if (policy is not null)
            files[RepositoryPolicy.Path] = policy;
        await bench.Playground.GitHub.CreateRepositoryAsync(Repository, files, Token);
        bench.Playground.GitHub.SetPermission(Repository, "claude-bot", Permission.Write);
        bench.Playground.GitHub.SetPermission(Repository, "mona", Permission.Write);
        bench._services = Compose(bench.Playground, Path.Combine(bench._folder.FullName, "data"), bench.Agent, replace);
        return bench;
    }

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Files an issue and its task.</summary>
    public async Task<(Issue Issue, QueuedTask Task)> AskAsync(string title = "The answer is missing", string description = "Please write answer.txt.", long? requestedById = null)
    {
        var issue = await Playground.GitHub.FileIssueAsync(Repository, "mona", title, description, ["claude-bot"], Token);
        return (issue, await AskAgainAsync(issue, requestedById));
    }

    /// <summary>Makes a task for an issue.</summary>
    public async Task<QueuedTask> AskAgainAsync(Issue issue, long? requestedById = null)
    {
        var added = await Queue.EnqueueAsync(
            new NewTask
            {
                Kind = TaskKind.Issue,
                Repository = RepositoryName.Parse(Repository),
                IssueNumber = issue.Number,
                Title = issue.Title,
                Description = issue.Body ?? "",
                RequestedBy = "mona",
                RequestedById = requestedById,
                ObservedAt = TimeProvider.System.GetUtcNow(),
            },
            Token);
        var task = added.ShouldBeOfType<EnqueueResult.Added>().Task;
        Branch = task.Branch;
        return task;
    }

    public async Task<TaskLease> ClaimAsync() =>
        (await Queue.ClaimAsync(new WorkerIdentity("test", "boot-1"), new QueueOptions(), Token)).ShouldNotBeNull();

    /// <summary>Claims the next task, runs it and writes the verdict, as the worker loop does.</summary>
    public async Task<TaskVerdict> RunAsync(TaskInterruption? interruption = null)
    {
        var lease = await ClaimAsync();
        using var own = new TaskInterruption();
        var verdict = await Get<TaskRunner>().RunAsync(lease, interruption ?? own);
        _ = verdict switch
        {
            TaskVerdict.End end => await Queue.EndAsync(lease, end.Outcome, Token),
            TaskVerdict.Requeue requeue => await Queue.RequeueAsync(lease, requeue.Reason, requeue.NotBefore, requeue.CountsAttempt, Token),
            TaskVerdict.Ask ask => await Queue.AskAsync(lease, ask.Request, Token),
            _ => throw new InvalidOperationException($"No such verdict here: {verdict}"),
        };
        return verdict;
    }

    /// <summary>As <see cref="RunAsync"/>, for a run that must end its task.</summary>
    public async Task<TaskOutcome> EndAsync()
    {
        var verdict = await RunAsync();
        return verdict.ShouldBeOfType<TaskVerdict.End>((verdict as TaskVerdict.Requeue)?.Reason).Outcome;
    }

    /// <summary>As after the end of a process: the running task waits again, its steps stay.</summary>
    public Task CrashAsync() => Queue.ReclaimAsync("boot-2", singleMachine: true, Token);

    /// <summary>A person's commit on top of main, pushed by plain git as the branch, whatever that held; gives its sha.</summary>
    public Task<string> PushAsPersonAsync(string branch, string path, string text, CancellationToken cancellationToken) =>
        PushAsPersonAsync("main", branch, path, text, cancellationToken);

    /// <summary>The same on top of the branch itself.</summary>
    public Task<string> PushOnTopAsPersonAsync(string branch, string path, string text, CancellationToken cancellationToken) =>
        PushAsPersonAsync(branch, branch, path, text, cancellationToken);

    private async Task<string> PushAsPersonAsync(string start, string branch, string path, string text, CancellationToken cancellationToken)
    {
        var clone = Path.Combine(_folder.FullName, $"mona-{Guid.NewGuid():N}");
        await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(_folder.FullName, cancellationToken, "clone", "-q", $"http://mona:mona-token@{Playground.ServerUrl.Authority}/{Repository}.git", clone);
        await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(clone, cancellationToken, "checkout", "-q", "-B", branch, $"origin/{start}");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(clone, path))!);
        await File.WriteAllTextAsync(Path.Combine(clone, path), text, cancellationToken);
        await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(clone, cancellationToken, "add", "-A");
        await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(clone, cancellationToken, "commit", "-q", "-m", "By hand");
        await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(clone, cancellationToken, "push", "-q", "--force", "origin", branch);
        return (await ClaudeBot.Tests.Playground.GitHub.Git.RunAsync(clone, cancellationToken, "rev-parse", "HEAD")).Trim();
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        await Playground.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The rooms that a run needs, on a ledger and workspaces in <paramref name="data"/>.</summary>
    /// <param name="replace">Takes other services in the place of those that stand by then.</param>
    public static ServiceProvider Compose(PlaygroundHost playground, string data, ICodingAgent agent, Action<IServiceCollection>? replace = null)
    {
        var mask = new SecretMask();
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton(mask);
        services.AddSingleton(new GitHubOptions
        {
            ApiUrl = playground.ApiUrl,
            ServerUrl = playground.ServerUrl,
            Token = new SecretSource("GITHUB_TOKEN", () => "bot-token-123", mask),
            WriteSpacing = TimeSpan.Zero,
            RetryDelay = TimeSpan.Zero,
        });
        services.AddSingleton(new LedgerOptions { DataDirectory = data });
        services.AddSingleton(new WorkspaceOptions { DataDirectory = data });
        services.AddSingleton(new GateOptions()).AddSingleton(new AgentOptions()).AddSingleton(new QueueOptions());
        services.AddSingleton(new ConversationOptions { QueuedDelay = TimeSpan.Zero, TroubleDelay = TimeSpan.Zero });
        services.AddSingleton(new RunOptions
        {
            TransientDelays = [TimeSpan.Zero, TimeSpan.Zero],
            ReadBackDelays = [TimeSpan.Zero],
            TransientRequeueDelay = TimeSpan.Zero,
            OverloadDelay = TimeSpan.Zero,
            OrderDelay = TimeSpan.Zero,
            FaultDelay = TimeSpan.Zero,
        });
        services.AddSingleton<ProcessRunner>().AddSingleton<WorkspaceStore>().AddSingleton<GatewayPasses>().AddSingleton(agent);
        Directory.CreateDirectory(data);
        services.AddGitHub().AddGate().AddLedger().AddConversation().AddPullRequests().AddRuns();
        replace?.Invoke(services);
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<GatewayPasses>().SetAddress(new Uri("http://127.0.0.1:1"));
        return provider;
    }
}
