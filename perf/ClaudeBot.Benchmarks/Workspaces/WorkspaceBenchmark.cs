using ClaudeBot.Benchmarks.Measurement;
using ClaudeBot.GitHub;
using ClaudeBot.Playground;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Benchmarks.Workspaces;

/// <summary>One round, in milliseconds.</summary>
/// <param name="Prepared">A workspace from the mirror, which must first fetch the newest commit.</param>
/// <param name="Cloned">A fresh <c>git clone</c> of the same repository from the same server.</param>
/// <param name="Copied"><c>cp -a</c> of the tree: what writing the files costs by itself.</param>
internal sealed record WorkspaceRound(int Round, double Prepared, double Cloned, double Copied);

/// <summary>A workspace from the warm mirror beside a fresh clone, over the same local smart-HTTP server, in turns.</summary>
internal sealed class WorkspaceBenchmark(string output, int rounds, int files, int commits, TimeProvider time)
{
    private readonly string _scratch = Path.Combine(output, "workspaces");

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
        Machine.RequireDisk(_scratch);
        var loadAtStart = Machine.CurrentLoad();
        var shell = new Shell(Directory.CreateDirectory(Path.Combine(_scratch, "home")).FullName, new ProcessRunner(time));
        await using var server = await PlaygroundHost.StartAsync(new PlaygroundOptions { DataFolder = Path.Combine(_scratch, "server"), Time = time }, cancellationToken);
        var repository = new LargeRepository(server, shell, _scratch, files, commits);
        await repository.CreateAsync(cancellationToken);
        using var store = NewStore(server.ServerUrl);

        var (first, cold) = await TimeAsync(() => PrepareAsync(store, repository.Name, cancellationToken));
        var held = TreeContent.Count(first.Tree);
        await store.RemoveAsync(first.TaskId, cancellationToken);

        var results = new List<WorkspaceRound>();
        for (var round = 1; round <= rounds; round++)
        {
            await repository.GrowAsync(1, cancellationToken);
            results.Add(await RoundAsync(round, store, repository, shell, cancellationToken));
            Report.Say($"round {round}: prepare {Report.Number(results[^1].Prepared)} ms, clone {Report.Number(results[^1].Cloned)} ms, copy {Report.Number(results[^1].Copied)} ms");
        }

        await ReportAsync(results, cold, held, Machine.Look(_scratch, loadAtStart), cancellationToken);
        Directory.Delete(_scratch, recursive: true);
        return 0;
    }

    private async Task<WorkspaceRound> RoundAsync(int round, WorkspaceStore store, LargeRepository repository, Shell shell, CancellationToken cancellationToken)
    {
        var (clone, copy) = (Path.Combine(_scratch, "clone"), Path.Combine(_scratch, "copy"));
        async Task<(Workspace Result, double Milliseconds)> MakeAsync()
        {
            await shell.RunAsync(_scratch, "sync", [_scratch], cancellationToken);
            return await TimeAsync(() => PrepareAsync(store, repository.Name, cancellationToken));
        }

        async Task<double> RunAsync(string program, params string[] arguments)
        {
            await shell.RunAsync(_scratch, "sync", [_scratch], cancellationToken);
            return (await TimeAsync(() => shell.RunAsync(_scratch, program, arguments, cancellationToken))).Milliseconds;
        }

        // Who goes first changes with each round.
        var cloned = round % 2 == 0 ? await RunAsync("git", "clone", "--quiet", repository.Url.ToString(), clone) : 0;
        var (workspace, prepared) = await MakeAsync();
        if (round % 2 == 1)
            cloned = await RunAsync("git", "clone", "--quiet", repository.Url.ToString(), clone);
        var copied = await RunAsync("cp", "-a", workspace.Tree, copy);

        var head = (await shell.RunAsync(clone, "git", ["rev-parse", "HEAD"], cancellationToken)).Output.Trim();
        if (head != workspace.StartSha)
            throw new BenchmarkException($"The workspace stands at {workspace.StartSha} and the clone at {head}.");
        TreeContent.RequireEqual(workspace.Tree, clone);
        TreeContent.RequireEqual(workspace.Tree, copy);
        await store.RemoveAsync(workspace.TaskId, cancellationToken);
        Directory.Delete(clone, recursive: true);
        Directory.Delete(copy, recursive: true);
        return new WorkspaceRound(round, prepared, cloned, copied);
    }

    private WorkspaceStore NewStore(Uri server)
    {
        var mask = new SecretMask();
        return new WorkspaceStore(
            new ProcessRunner(time),
            new WorkspaceOptions { DataDirectory = Path.Combine(_scratch, "data") },
            new GitHubOptions { ServerUrl = server, Token = new SecretSource("GITHUB_TOKEN", () => null, mask) },
            mask,
            time,
            NullLogger<WorkspaceStore>.Instance);
    }

    private static Task<Workspace> PrepareAsync(WorkspaceStore store, RepositoryName repository, CancellationToken cancellationToken) =>
        store.PrepareAsync(new WorkspacePlan(TaskId.New(new IssueReference(repository, 1)), repository, 1, "main", "main", "bot/issue-1-measure"), cancellationToken);

    private async Task<(T Result, double Milliseconds)> TimeAsync<T>(Func<Task<T>> work)
    {
        var start = time.GetTimestamp();
        var result = await work();
        return (result, time.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task ReportAsync(List<WorkspaceRound> results, double cold, int held, Machine machine, CancellationToken cancellationToken)
    {
        var prepare = Samples.Median(results.Select(r => r.Prepared));
        var clone = Samples.Median(results.Select(r => r.Cloned));
        var copy = Samples.Median(results.Select(r => r.Copied));
        Report.Print(
            $"A workspace of {held} files, {commits} commits, medians of {results.Count} rounds",
            ["", "ms", "of the clone", "of the copy"],
            new (string Name, double Value)[] { ("prepare, warm mirror", prepare), ("git clone", clone), ("cp -a (floor)", copy), ("prepare, no mirror yet (once)", cold) }
                .Select(row => new[] { row.Name, Report.Number(row.Value), Report.Number(row.Value / clone, "N2"), Report.Number(row.Value / copy, "N2") }));
        var ratios = new { CloneOverPrepare = Samples.Median(results.Select(r => r.Cloned / r.Prepared)), PrepareOverCopy = Samples.Median(results.Select(r => r.Prepared / r.Copied)) };
        Report.Say($"prepare: {Report.Number(ratios.CloneOverPrepare, "N1")}x faster than a fresh clone, {Report.Number(ratios.PrepareOverCopy, "N2")}x the copy; all trees equal. {machine}");
        var path = await Report.SaveAsync(
            output,
            "workspaces",
            new { At = time.GetUtcNow(), Machine = machine, Files = held, Commits = commits, Ratios = ratios, ColdMilliseconds = cold, Rounds = results },
            cancellationToken);
        Report.Say(path);
    }
}
