using System.Net.Sockets;
using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>Files that are hard to commit, or harder to remove: a clean commit or a clear refusal, and never a workspace that stays.</summary>
[Trait("Length", "Long")]
public sealed class HostileFilesTests : IDisposable
{
    private readonly GitServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("echo x > $'new\\nline' && echo x > -rf && echo x > ':(glob)**' && echo x > $'tab\\tquote\"'", new[] { "-rf", ":(glob)**", "new\nline", "tab\tquote\"" })]
    [InlineData("echo x > $'caf\\xe9.txt'", new[] { "caf\uFFFD.txt" })]
    [InlineData("echo x > A.txt && echo x > a.TXT", new[] { "A.txt", "a.TXT" })]
    [InlineData("printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 5\\n' 1 > p.bin && echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes", new[] { ".gitattributes", "p.bin" })]
    [InlineData("echo '$Format:%H$ $Id$' > v.txt && echo 'v.txt export-subst ident' > .gitattributes", new[] { ".gitattributes", "v.txt" })]
    [InlineData("printf '[submodule \"x\"]\\n\\tpath = x\\n\\turl = -u./evil\\n\\tupdate = !touch fired\\n' > .gitmodules", new[] { ".gitmodules" })]
    [InlineData("mkfifo pipe; mkfifo d; echo x > b.txt", new[] { "b.txt" })]
    [InlineData("echo x > $(printf 'n%.0s' {1..255})", new[] { "nnn" })]
    [InlineData("d=.; for i in {1..60}; do d=$d/deep; done; mkdir -p $d; echo x > $d/f", new[] { "deep/" })]
    public async Task What_a_repository_may_hold_is_committed_as_it_is(string script, string[] files)
    {
        await _server.CreateAsync(("old.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, script);

        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        await _server.Store.PushAsync(workspace, change!.Sha, Cancellation);

        change.Files.Count.ShouldBe(files.Length);
        change.Files.Zip(files).ShouldAllBe(pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal));
        if (files.Contains("v.txt"))
            (await _server.AskAsync("bot/issue-1-fix:v.txt")).ShouldBe("$Format:%H$ $Id$");
        if (files.Contains("p.bin"))
            (await _server.AskAsync("bot/issue-1-fix:p.bin")).ShouldStartWith("version https://git-lfs");
        await GoneAsync(workspace);
    }

    [Theory]
    [InlineData("mkdir lib; ln -s /etc lib/.git", "lib/.git")]
    [InlineData("truncate -s 2G big.bin", "big.bin")]
    [InlineData("mkdir d; truncate -s 101M d/big.bin", "d/big.bin")]
    [InlineData("rm old.txt; mkfifo old.txt", "old.txt")]
    [InlineData("ln -s /proc/self/environ e", "e")]
    public async Task What_it_may_not_hold_is_refused_by_name(string script, string named)
    {
        await _server.CreateAsync(("old.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, script);

        var fault = await Should.ThrowAsync<WorkspaceException>(() => _server.Store.CommitAsync(workspace, "m", Cancellation));

        fault.Message.ShouldContain(named);
        fault.IsTransient.ShouldBeFalse();
        await GoneAsync(workspace);
    }

    [Fact]
    public async Task A_huge_file_that_the_repository_ignores_is_no_fault()
    {
        await _server.CreateAsync(("a.txt", "one\n"), (".gitignore", "*.bin\ncache/\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, "truncate -s 2G big.bin; mkdir cache; truncate -s 2G cache/big; echo two > a.txt");

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.ShouldBe(["a.txt"]);
    }

    [Fact]
    public async Task A_socket_in_the_tree_is_left_out()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(workspace.Tree, "s")));
        Write(workspace.Tree, "a.txt", "two\n");

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.ShouldBe(["a.txt"]);
    }

    [Fact]
    public async Task A_hundred_thousand_files_are_counted_and_removed()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, "for d in {1..100}; do mkdir $d; (cd $d; touch {1..1000}); done");

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.Count.ShouldBe(100_000);
        await GoneAsync(workspace);
    }

    [Theory]
    [InlineData("touch $'\\xff\\xfe' $'a\\nb'; mkdir -p $'d\\xff/e'; touch $'d\\xff/e/\\xc3'")]
    [InlineData("mkdir -p $'d\\xff/closed'; touch $'d\\xff/closed/f'; chmod 000 $'d\\xff/closed' $'d\\xff'")]
    [InlineData("mkfifo p; ln -s loop loop; ln -s . here; ln -s /etc $'l\\xff'")]
    [InlineData("n=$(printf 'n%.0s' {1..250}); for i in {1..40}; do mkdir $n; cd $n; done; touch f")]
    public async Task Whatever_names_the_agent_gave_the_workspace_can_be_removed(string script)
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, script);

        await GoneAsync(workspace);
    }

    [Fact]
    public async Task A_new_workspace_finds_nothing_in_the_home_but_the_conversations()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var first = await _server.PrepareAsync();
        await ShellAsync(
            first.Home,
            """
            mkdir -p .claude/projects/p .ssh .config/git .cache/$'\xff'; echo kept > .claude/projects/p/session.jsonl
            touch .bashrc .gitconfig .npmrc .netrc .ssh/config .config/git/config .claude/settings.json .claude.json .cache/$'\xff'/x
            ln -s /etc link; mkdir closed; touch closed/f; chmod 000 closed
            """);

        var second = await _server.PrepareAsync();

        second.Home.ShouldBe(first.Home);
        (await ShellAsync(second.Home, "find . ! -type d")).ShouldBe("./.claude/projects/p/session.jsonl");
    }

    [Fact]
    public async Task A_home_that_became_a_link_is_made_anew()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var first = await _server.PrepareAsync();
        var elsewhere = Directory.CreateDirectory(Path.Combine(_server.Data, "elsewhere")).FullName;
        Write(elsewhere, "kept", "");
        Directory.Delete(first.Home, recursive: true);
        Directory.CreateSymbolicLink(first.Home, elsewhere);

        var second = await _server.PrepareAsync();

        new DirectoryInfo(second.Home).LinkTarget.ShouldBeNull();
        File.Exists(Path.Combine(elsewhere, "kept")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("--upload-pack=touch")]
    [InlineData("-f")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("refs/heads/x")]
    [InlineData("HEAD")]
    [InlineData("@{-1}")]
    [InlineData("a..b")]
    [InlineData("../../etc")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("x.lock")]
    [InlineData("a/.git")]
    [InlineData("")]
    public async Task A_branch_name_that_git_could_take_for_something_else_is_refused(string branch)
    {
        (await Should.ThrowAsync<WorkspaceException>(() => _server.PrepareAsync(branch))).Message.ShouldContain("not a valid branch name");
        await Should.ThrowAsync<WorkspaceException>(() => _server.PrepareAsync(new string('x', 300)));
    }

    private async Task GoneAsync(Workspace workspace)
    {
        await _server.Store.RemoveAsync(workspace.TaskId, Cancellation);
        Directory.GetFileSystemEntries(Path.Combine(_server.Data, "workspaces")).ShouldBeEmpty();
    }
}
