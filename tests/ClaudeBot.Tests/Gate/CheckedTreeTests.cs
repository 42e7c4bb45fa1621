using ClaudeBot.Agents;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Tests.Runs;

namespace ClaudeBot.Tests.Gate;

/// <summary>The checks judge what is pushed: a file that stays here cannot make them pass.</summary>
public sealed class CheckedTreeTests
{
    /// <summary>Writes down what the check sees, beside the check itself.</summary>
    private const string Listing = "find . -path ./.git -prune -o -type f -print | sort | xargs sha256sum > $HOME/seen";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("protected_paths: [legal]", "legal/answer.txt")]
    [InlineData("exclude_paths: [gen]", "gen/answer.txt")]
    [InlineData("", ".github/workflows/answer.txt")]
    public async Task A_check_that_passes_only_by_a_file_that_is_held_back_fails(string rule, string path)
    {
        await using var bench = await RunBench.StartAsync($"test: [\"grep -q 42 {path}\"]\n{rule}\n");
        await bench.AskAsync();
        bench.Agent.Does((request, _) => Write(request, (path, "42\n"), ("answer.txt", "42\n")));
        bench.Agent.Does((request, _) => Write(request, ("more.txt", "42\n"))).Does((request, _) => Write(request, ("more.txt", "43\n")));

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Reason!.ShouldStartWith($"These checks fail: `grep -q 42 {path}`.");
        outcome.Reason!.ShouldContain($"held back: `{path}`");
        bench.Shop.PullRequests.Single().Pull!.IsDraft.ShouldBeTrue();
        bench.Agent.Requests[1].Prompt.ShouldContain($"taken back your changes to `{path}`");
    }

    [Fact]
    public async Task A_check_sees_the_tree_that_is_pushed()
    {
        await using var bench = await RunBench.StartAsync($"test: [\"{Listing}\"]\nexclude_paths: [gen]\n", ("gen/kept.txt", "as it was\n"), ("gen/gone.txt", "still here\n"), ("CODEOWNERS", "* @mona\n"));
        var (_, task) = await bench.AskAsync();
        string? home = null;
        bench.Agent.Does((request, _) =>
        {
            home = request.Home;
            File.Delete(Path.Combine(request.WorkTree, "gen/gone.txt"));
            File.Delete(Path.Combine(request.WorkTree, "CODEOWNERS"));
            Directory.CreateDirectory(Path.Combine(request.WorkTree, "CODEOWNERS"));
            return Write(request, ("answer.txt", "42\n"), ("gen/kept.txt", "changed\n"), ("gen/new/deep.txt", "new\n"), ("CODEOWNERS/x", "now a folder\n"));
        });

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        var seen = (await File.ReadAllLinesAsync(Path.Combine(home!, "seen"), Token)).Select(line => line[66..]).ToList();
        seen.ShouldBe(["./.github/claude-bot.yml", "./CLAUDE.md", "./CODEOWNERS", "./README.md", "./answer.txt", "./gen/gone.txt", "./gen/kept.txt", "./test.sh"]);
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "gen/kept.txt", Token)).ShouldBe("as it was\n");
        (await bench.Get<IEventLog>().OfTaskAsync(task.Id, Token)).Count(e => e.Kind == "gate.reduced").ShouldBe(1);
    }

    [Fact]
    public async Task What_was_held_back_in_any_round_is_named_and_what_was_mended_goes()
    {
        await using var bench = await RunBench.StartAsync("test: [\"sh test.sh\"]\nprotected_paths: [legal]\n");
        await bench.AskAsync();
        bench.Agent.Does((request, _) => Write(request, ("answer.txt", "41\n"), ("legal/a.txt", "a\n")));
        bench.Agent.Does((request, _) =>
        {
            File.Exists(Path.Combine(request.WorkTree, "legal/a.txt")).ShouldBeFalse();
            return Write(request, ("answer.txt", "42\n"), ("legal/b.txt", "b\n"));
        });

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        outcome.Reason!.ShouldEndWith("held back: `legal/a.txt`, `legal/b.txt`.");
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "answer.txt", Token)).ShouldBe("42\n");
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "legal/b.txt", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task No_check_runs_on_a_change_that_the_gate_stops()
    {
        await using var bench = await RunBench.StartAsync("test: [\"touch $HOME/ran\"]");
        await bench.AskAsync();
        string? home = null;
        bench.Agent.Does((request, _) =>
        {
            home = request.Home;
            return Write(request, ("answer.txt", "bot-token-123"));
        });

        (await bench.EndAsync()).Reason!.ShouldContain("A live secret of this service stands in `answer.txt`.");

        File.Exists(Path.Combine(home!, "ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_put_back_through_a_link_out_of_the_tree()
    {
        await using var bench = await RunBench.StartAsync("exclude_paths: [gen]\n", ("gen/kept.txt", "as it was\n"));
        await bench.AskAsync();
        using var outside = new Ledger.TemporaryFolder();
        bench.Agent.Does((request, _) =>
        {
            Directory.Delete(Path.Combine(request.WorkTree, "gen"), recursive: true);
            File.CreateSymbolicLink(Path.Combine(request.WorkTree, "gen"), outside.Path);
            return Write(request, ("answer.txt", "42\n"), (".gitignore", "gen\n"));
        });

        var outcome = await bench.EndAsync();

        outcome.State.ShouldBe(TaskState.Succeeded, outcome.Reason);
        Directory.EnumerateFileSystemEntries(outside.Path).ShouldBeEmpty();
        (await bench.Playground.GitHub.ReadFileAsync(RunBench.Repository, bench.Branch, "gen/kept.txt", Token)).ShouldBe("as it was\n");
    }

    private static async Task<AgentResult> Write(AgentRequest request, params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(request.WorkTree, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text, Token);
        }

        return TestAgent.Result(AgentEnding.Completed, "Wrote it.");
    }
}
