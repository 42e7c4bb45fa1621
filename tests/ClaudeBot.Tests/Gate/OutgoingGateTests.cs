using ClaudeBot.Gate;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.Secrets;
using ClaudeBot.Tests.Workspaces;
using ClaudeBot.Workspaces;

namespace ClaudeBot.Tests.Gate;

public sealed class OutgoingGateTests : IDisposable
{
    private static readonly string Live = new Drawn(21).Of(Drawn.Alphanumeric, 40);
    private static readonly string Credential = "gh" + "p_" + new Drawn(22).Of(Drawn.Alphanumeric, 36);

    private readonly GitServer _server = new();
    private readonly SecretMask _mask = new();

    public OutgoingGateTests() => _mask.Register(Live);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task An_ordinary_change_is_let_go() =>
        (await JudgeAsync("echo two > a.txt; mkdir d; echo x > d/b.txt; head -c 3000 /dev/urandom > picture.png")).ShouldBeOfType<GateVerdict.Allowed>();

    [Theory]
    [InlineData("printf 'key = %s' $LIVE > a.txt", "A live secret of this service stands in `a.txt`.")]
    [InlineData("printf '\\0\\377%s' $LIVE > picture.png", "A live secret of this service stands in `picture.png`.")]
    [InlineData("printf %s $LIVE | rev > a.txt", "A live secret of this service stands in `a.txt`.")]
    [InlineData("printf %s $LIVE | gzip | base64 > a.txt", "A live secret of this service stands in `a.txt`.")]
    [InlineData("printf %s $LIVE | head -c 20 > a.txt", "A live secret of this service stands in `a.txt`.")]
    [InlineData("ln -s $LIVE link", "A live secret of this service stands in `link`.")]
    [InlineData("touch $LIVE.txt", "A live secret of this service stands in a file name.")]
    [InlineData("printf 'x\\n\\nt = \"%s\"\\n' $CREDENTIAL > b.js", "What looks like a GitHub token stands in `b.js`, line 3.")]
    [InlineData("mkdir -p .github; printf %s $CREDENTIAL > .github/x; printf %s $CREDENTIAL > y", "What looks like a GitHub token stands in `y`, line 1.")]
    public async Task A_secret_blocks_the_change_and_stands_in_no_reason(string script, string reason)
    {
        var blocked = (await JudgeAsync(script)).ShouldBeOfType<GateVerdict.Blocked>();

        blocked.Reasons.ShouldHaveSingleItem().ShouldStartWith(reason);
        blocked.Reason.ShouldNotContain(Live);
        blocked.Reason.ShouldNotContain(Credential);
    }

    [Theory]
    [InlineData("the commit message")]
    [InlineData("the branch name")]
    [InlineData("the agent's summary")]
    public async Task A_secret_in_the_words_of_a_change_blocks_it(string where)
    {
        var verdict = await JudgeAsync(
            "echo two > a.txt",
            message: where == "the commit message" ? $"Fix\n\n{Live}" : "Fix",
            branch: where == "the branch name" ? $"bot/issue-1-{Live}" : "bot/issue-1-fix",
            summary: where == "the agent's summary" ? $"Done: {Live}" : "Done.");

        verdict.ShouldBeOfType<GateVerdict.Blocked>().Reasons.ShouldBe([$"A live secret of this service stands in {where}."]);
    }

    [Fact]
    public async Task A_credential_that_the_repository_or_the_issue_showed_before_is_no_news()
    {
        await _server.CreateAsync(("a.txt", "one\n"), ("fixture.txt", $"{Credential}\n"));

        (await JudgeAsync($"git mv fixture.txt moved.txt; echo more >> moved.txt", summary: $"The token {Credential} is read now.", issue: $"It fails with {Credential}"))
            .ShouldBeOfType<GateVerdict.Allowed>();
    }

    [Fact]
    public async Task Protected_files_are_held_back_and_the_rest_goes()
    {
        await _server.CreateAsync(("a.txt", "one\n"), ("CLAUDE.md", "old\n"), (".github/CODEOWNERS", "* @ann\n"), ("gen/x.js", "old\n"));
        var workspace = await _server.PrepareAsync();
        await GitServer.ShellAsync(workspace.Tree, "echo two > a.txt; echo evil > CLAUDE.md; rm .github/CODEOWNERS; mkdir -p .github/workflows; echo on: push > .github/workflows/x.yml; rm -r gen; echo now a file > gen");
        var change = (await _server.Store.CommitAsync(workspace, "Fix\n\nWords.\n", Cancellation))!;

        var reduced = (await Gate().JudgeAsync(Outgoing(workspace, change.Sha, new RepositoryPolicy { ExcludePaths = ["gen"] }), Cancellation)).ShouldBeOfType<GateVerdict.Reduced>();
        await _server.Store.PushAsync(workspace, reduced.Change.Sha, Cancellation);

        reduced.HeldBack.Select(file => file.Path).ShouldBe([".github/CODEOWNERS", ".github/workflows/x.yml", "CLAUDE.md", "gen", "gen/x.js"]);
        (await GitServer.ShellAsync(_server.Person, $"git fetch -q origin {workspace.Branch}; git diff --name-status origin/main FETCH_HEAD; git log -1 --format=%B FETCH_HEAD"))
            .ShouldBe("M\ta.txt\nFix\n\nWords.");
    }

    [Fact]
    public async Task A_change_of_protected_files_alone_is_blocked_by_name()
    {
        var blocked = (await JudgeAsync("mkdir -p .github/workflows; echo x > .github/workflows/ci.yml")).ShouldBeOfType<GateVerdict.Blocked>();

        blocked.Reason.ShouldContain("`.github/workflows/ci.yml`");
    }

    [Theory]
    [InlineData("for i in 1 2 3 4 5 6; do echo $i > f$i; done", "It touches 6 files; 5 are the most.")]
    [InlineData("head -c 300000 /dev/zero > big", "`big` is 293 KiB; 200 KiB are the most.")]
    [InlineData("for i in 1 2 3 4; do head -c 150000 /dev/zero > f$i; done", "Its files are 586 KiB in all; 489 KiB are the most.")]
    [InlineData("printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:0\\nsize 1\\n' > model.bin", "`model.bin` is a Git LFS pointer")]
    [InlineData("echo x > A.TXT", "`A.TXT` and `a.txt` are one file")]
    [InlineData("mkdir D d; echo x > D/one; echo x > d/two", "`D` and `d` are one file")]
    [InlineData("echo x > $'evil\\xe2\\x80\\xaetxt.exe'", "The name `evil?txt.exe` has characters that do not show.")]
    [InlineData("echo x > $'line\\nbreak'", "The name `line?break` has characters that do not show.")]
    [InlineData("echo x > $'not\\xffutf8'", "The name `not?utf8` has characters that do not show.")]
    public async Task A_change_beyond_the_limits_is_blocked(string script, string reason)
    {
        var options = new GateOptions { MostFiles = 5, LargestFile = 200 * 1024, LargestChange = 500_000 };

        var blocked = (await JudgeAsync(script, options: options)).ShouldBeOfType<GateVerdict.Blocked>();

        blocked.Reasons.ShouldHaveSingleItem().ShouldStartWith(reason);
    }

    [Theory]
    [InlineData("src/[ab].cs")]
    [InlineData("..")]
    public async Task A_policy_word_that_is_not_understood_blocks(string pattern) =>
        (await JudgeAsync("echo two > a.txt", policy: new RepositoryPolicy { ProtectedPaths = [pattern] })).ShouldBeOfType<GateVerdict.Blocked>().Reasons.ShouldHaveSingleItem().ShouldContain(pattern);

    [Fact]
    public async Task A_commit_that_cannot_be_read_blocks()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();

        (await Gate().JudgeAsync(Outgoing(workspace, new string('1', 40), new RepositoryPolicy()), Cancellation))
            .ShouldBeOfType<GateVerdict.Blocked>().Reasons.ShouldHaveSingleItem().ShouldStartWith("The gate could not look at it");
    }

    private OutgoingGate Gate(GateOptions? options = null) => new(_server.Store, new SecretScanner(_mask), options ?? new GateOptions());

    private static OutgoingChange Outgoing(Workspace workspace, string sha, RepositoryPolicy policy, string summary = "Done.", string issue = "") =>
        new(workspace, sha, policy, [issue], [("the agent's summary", summary)]);

    private async Task<GateVerdict> JudgeAsync(
        string script, string message = "Fix", string branch = "bot/issue-1-fix", string summary = "Done.", string issue = "", RepositoryPolicy? policy = null, GateOptions? options = null)
    {
        if (!Directory.Exists(_server.Person))
            await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync(branch);
        await GitServer.ShellAsync(workspace.Tree, $"LIVE={Live}; CREDENTIAL={Credential}\n{script}");
        var change = await _server.Store.CommitAsync(workspace, message, Cancellation);
        // .NET cannot remove a file whose name is no UTF-8.
        await GitServer.ShellAsync(workspace.Tree, "rm -rf ./*");
        return await Gate(options).JudgeAsync(Outgoing(workspace, change!.Sha, policy ?? new RepositoryPolicy(), summary, issue), Cancellation);
    }
}
