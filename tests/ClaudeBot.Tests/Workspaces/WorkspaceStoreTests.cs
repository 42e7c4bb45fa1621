using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

public sealed class WorkspaceStoreTests : IDisposable
{
    private readonly GitServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_change_goes_from_the_tree_to_a_new_branch_on_the_server()
    {
        await _server.CreateAsync(("a.txt", "one\n"), ("old.txt", "x\n"), (".gitignore", "out/\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "one\ntwo\n");
        Write(workspace.Tree, "src/new file.txt", "new\n");
        Write(workspace.Tree, "out/binary", "ignored");
        File.Delete(Path.Combine(workspace.Tree, "old.txt"));

        var change = await _server.Store.CommitAsync(workspace, "Fix it\n\nBody\n", Cancellation);
        var outcome = await _server.Store.PushAsync(workspace, change!.Sha, Cancellation);
        var again = await _server.Store.PushAsync(workspace, change.Sha, Cancellation);

        change.Files.ShouldBe(["a.txt", "old.txt", "src/new file.txt"]);
        (change.Insertions, change.Deletions).ShouldBe((2, 1));
        (outcome, again).ShouldBe((PushOutcome.Pushed, PushOutcome.AlreadyThere));
        (await _server.AskAsync("bot/issue-1-fix")).ShouldBe(change.Sha);
        (await _server.AskAsync("bot/issue-1-fix:src/new file.txt")).ShouldBe("new");
        (await _server.AskAsync("bot/issue-1-fix~1")).ShouldBe(workspace.BaseSha);
        (await _server.AskAsync("bot/issue-1-fix:out/binary")).ShouldBeEmpty();
        var kept = await File.ReadAllTextAsync(Path.Combine(_server.Data, "transcripts", $"{workspace.TaskId}-pushed.diff"), Cancellation);
        kept.Split('\n').Where(line => line.StartsWith('+') || line.StartsWith('-')).ShouldBe(
            ["--- a/a.txt", "+++ b/a.txt", "+two", "--- a/old.txt", "+++ /dev/null", "-x", "--- /dev/null", "+++ b/src/new file.txt\t", "+new"]);
    }

    /// <summary>The SDK of .NET reads the repository that it builds, and refuses packed references without this line (Microsoft.Build.Tasks.Git).</summary>
    [Fact]
    public async Task Its_references_can_be_read_by_others_than_git()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();

        (await File.ReadAllLinesAsync(Path.Combine(workspace.Tree, ".git", "packed-refs"), Cancellation))[0].ShouldStartWith("# pack-refs with:");
    }

    [Fact]
    public async Task An_untouched_tree_is_no_change_and_the_same_change_is_the_same_commit()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();

        (await _server.Store.CommitAsync(workspace, "m", Cancellation)).ShouldBeNull();
        Write(workspace.Tree, "a.txt", "two\n");
        var first = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        var second = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        var later = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        second!.Sha.ShouldBe(first!.Sha);
        later!.Sha.ShouldNotBe(first.Sha);
    }

    [Fact]
    public async Task Work_goes_on_where_the_branch_stands_on_the_server()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var fork = await _server.AskAsync("main");
        var head = await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "bot\n"));
        await ShellAsync(_server.Person, "git checkout -q main");
        await _server.CommitAsync("main", ("c.txt", "main\n"));

        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "d.txt", "more\n");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        (workspace.StartSha, workspace.RemoteSha, workspace.BaseSha).ShouldBe((head, head, fork));
        change!.Files.ShouldBe(["b.txt", "d.txt"]);
        (await _server.Store.ReadRulesAsync(workspace, "c.txt", Cancellation)).ShouldBe("main\n");
        (await _server.Store.PushAsync(workspace, change.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_branch_that_somebody_moved_meanwhile_is_not_overwritten(bool wasThere)
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        if (wasThere)
            await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "first\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "bot\n");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        var theirs = await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "person\n"));

        (await _server.Store.PushAsync(workspace, change!.Sha, Cancellation)).ShouldBe(PushOutcome.Moved);
        (await _server.AskAsync("bot/issue-1-fix")).ShouldBe(theirs);
    }

    [Fact]
    public async Task What_others_pushed_is_not_replaced_by_a_commit_that_lacks_it()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "first\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "bot\n");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        var theirs = await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "person\n"));
        var merged = (await _server.Store.MergeOthersAsync(workspace, change!.Sha, Cancellation))!;
        var merge = await _server.Store.CommitAsync(merged, "merge", Cancellation);

        (await _server.Store.PushAsync(merged, change.Sha, Cancellation)).ShouldBe(PushOutcome.Moved);
        (await _server.AskAsync("bot/issue-1-fix")).ShouldBe(theirs);

        (await _server.Store.PushAsync(merged, merge!.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);
        (await _server.Store.PushAsync(merged, change.Sha, Cancellation)).ShouldBe(PushOutcome.AlreadyThere);
        (await _server.AskAsync("bot/issue-1-fix~1")).ShouldBe(change.Sha);
    }

    [Fact]
    public async Task A_branch_whose_work_is_merged_is_replaced()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        await _server.CommitAsync("bot/issue-1-fix", ("b.txt", "merged by a squash\n"));
        var plan = new WorkspacePlan(TaskId.New(_server.Repository), _server.Repository, null, "main", "main", "bot/issue-1-fix", FromBase: true);
        var workspace = await _server.Store.PrepareAsync(plan, Cancellation);
        Write(workspace.Tree, "a.txt", "bot\n");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        (await _server.Store.PushAsync(workspace, change!.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);

        (await _server.AskAsync("bot/issue-1-fix~1")).ShouldBe(workspace.BaseSha);
    }

    [Fact]
    public async Task Rules_come_from_the_server_and_never_from_the_tree()
    {
        await _server.CreateAsync(("AGENTS.md", "# Rules\n\n"));
        await ShellAsync(_server.Person, "ln -s AGENTS.md CLAUDE.md; ln -s /etc/passwd OUT.md");
        await _server.CommitAsync("main");
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "AGENTS.md", "hostile");

        (await _server.Store.ReadRulesAsync(workspace, "AGENTS.md", Cancellation)).ShouldBe("# Rules\n\n");
        (await _server.Store.ReadRulesAsync(workspace, "CLAUDE.md", Cancellation)).ShouldBe("# Rules\n\n");
        (await _server.Store.ReadRulesAsync(workspace, "OUT.md", Cancellation)).ShouldBeNull();
        (await _server.Store.ReadRulesAsync(workspace, "none", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task The_agent_has_a_git_of_its_own_that_the_host_does_not_read()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();

        Write(workspace.Tree, "a.txt", "two\n");
        (await ShellAsync(workspace.Tree, "git status --porcelain; git log --format=%s; git branch --show-current; git diff --stat origin/main | tail -1"))
            .ShouldBe(" M a.txt\nwork\nbot/issue-1-fix\n 1 file changed, 1 insertion(+), 1 deletion(-)");
        await ShellAsync(workspace.Tree, "git commit -qam own && git gc -q && git update-ref -d HEAD");
        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        change!.Files.ShouldBe(["a.txt"]);
        (await _server.Store.PushAsync(workspace, change.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);
    }

    [Theory]
    [InlineData("nowhere", "bot/x")]
    [InlineData("main", "main")]
    [InlineData("main", "--upload-pack=touch x")]
    [InlineData("main", "a:b")]
    [InlineData("main", "refs/heads/x")]
    [InlineData("main", "a\nb")]
    public async Task Branches_that_cannot_be_worked_on_are_refused(string baseBranch, string branch)
    {
        await _server.CreateAsync(("a.txt", "one\n"));

        var fault = await Should.ThrowAsync<WorkspaceException>(() => _server.Store.PrepareAsync(
            new WorkspacePlan(TaskId.New(_server.Repository), _server.Repository, null, "main", baseBranch, branch), Cancellation));

        fault.IsTransient.ShouldBeFalse();
    }
}
