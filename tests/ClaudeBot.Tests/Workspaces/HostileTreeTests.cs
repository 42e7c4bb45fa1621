using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>The agent owns its folder, and with it a git configuration: nothing in it may run on the host's side.</summary>
[Trait("Length", "Long")]
public sealed class HostileTreeTests : IDisposable
{
    private readonly GitServer _server = new();
    private readonly string _fired = Directory.CreateTempSubdirectory("claude-bot-traps-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_fired, recursive: true);
    }

    [Fact]
    public async Task Traps_in_the_agents_git_fire_for_plain_git_and_not_for_the_host()
    {
        await _server.CreateAsync(("a.txt", "one\n"), ("b.bin", "b\n"));
        var workspace = await _server.PrepareAsync();
        await SetTrapsAsync(workspace.Tree);
        Write(workspace.Tree, "a.txt", "two\n");

        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        var outcome = await _server.Store.PushAsync(workspace, change!.Sha, Cancellation);

        Directory.GetFiles(_fired).ShouldBeEmpty();
        outcome.ShouldBe(PushOutcome.Pushed);
        change.Files.ShouldBe([".gitattributes", "a.txt"]);
        change.Insertions.ShouldBe(2);
        (await _server.AskAsync("bot/issue-1-fix:a.txt")).ShouldBe("two");

        // The traps are live: the same folder under plain git.
        await ShellAsync(workspace.Tree, "git status; git diff; git add -A; git commit -qm x || true");
        Directory.GetFiles(_fired).Select(Path.GetFileName).ShouldBe(["clean", "external", "fsmonitor", "pre-commit"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_repository_planted_at_a_submodules_place_is_not_entered()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        await ShellAsync(_server.Person, "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub && git commit -qm sub && git push -q origin main");
        var workspace = await _server.PrepareAsync();
        await ShellAsync(Path.Combine(workspace.Tree, "sub"), "git init -q . && echo x > x && git add x && git commit -qm x");
        await SetTrapsAsync(Path.Combine(workspace.Tree, "sub"));
        Write(workspace.Tree, ".gitignore", "sub\nsub/\n.git\n");

        var fault = await RefusedAsync(workspace);

        fault.ShouldContain("sub/.git");
        Directory.GetFiles(_fired).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unused_submodule_of_the_repository_stays_as_it_is()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        await ShellAsync(_server.Person, "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),sub && git commit -qm sub && git push -q origin main");
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "two\n");

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.ShouldBe(["a.txt"]);
    }

    [Theory]
    [InlineData("git init -q lib && git -C lib commit -q --allow-empty -m x", "lib/.git")]
    [InlineData("mkdir lib && echo 'gitdir: /etc' > lib/.git", "lib/.git")]
    [InlineData("mkdir -p .GIT/hooks && echo x > .GIT/config", ".GIT")]
    [InlineData("mkdir -p d && echo x > 'd/git~1'", "d/git~1")]
    [InlineData("mkdir -p '.git ' && echo x > '.git /config'", ".git ")]
    [InlineData("ln -s /etc/passwd link", "link")]
    [InlineData("mkdir d && ln -s ../../outside d/link", "d/link")]
    [InlineData("ln -s .git/config link", "link")]
    [InlineData("mkdir -p a/b && ln -s ../.. a/b/up && ln -s a/b/up/../.. out", "out")]
    public async Task What_must_not_leave_in_a_commit_is_refused_by_name(string script, string named)
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, script);

        (await RefusedAsync(workspace)).ShouldContain(named);
    }

    [Fact]
    public async Task Ignored_repositories_and_links_inside_the_tree_are_no_fault()
    {
        await _server.CreateAsync(("a.txt", "one\n"), (".gitignore", "node_modules/\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, "mkdir -p node_modules d; git init -q node_modules/lib; ln -s /etc node_modules/etc; ln -s ../a.txt d/link");

        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);

        change!.Files.ShouldBe(["d/link"]);
    }

    [Fact]
    public async Task A_tree_that_became_a_link_is_not_followed()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        Directory.Move(workspace.Tree, workspace.Tree + "-moved");
        Directory.CreateSymbolicLink(workspace.Tree, "/etc");

        await Should.ThrowAsync<WorkspaceException>(() => _server.Store.CommitAsync(workspace, "m", Cancellation));
    }

    [Fact]
    public async Task Removing_a_workspace_follows_no_link_and_opens_closed_folders()
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        File.WriteAllText(Path.Combine(_fired, "kept"), "");
        await ShellAsync(workspace.Tree, $"ln -s '{_fired}' link; mkdir -p d/e; touch d/e/f; chmod 000 d/e d");

        await _server.Store.RemoveAsync(workspace.TaskId, Cancellation);

        Directory.GetFileSystemEntries(Path.Combine(_server.Data, "workspaces")).ShouldBeEmpty();
        File.Exists(Path.Combine(_fired, "kept")).ShouldBeTrue();
        Directory.Exists(workspace.Home).ShouldBeTrue();
    }

    private Task<string> SetTrapsAsync(string folder) => ShellAsync(
        folder,
        $"""
        trap_() (printf '#!/bin/sh\ntouch {_fired}/%s\n%s\n' "$1" "$2" > "$PWD/.git/$1"; chmod +x "$PWD/.git/$1")
        trap_ fsmonitor ''; trap_ clean cat; trap_ external ''; trap_ gpg 'exit 1'
        mkdir -p .git/hooks; trap_ pre-commit 'exit 1'; cp .git/pre-commit .git/hooks/pre-commit; cp .git/pre-commit .git/hooks/pre-push
        echo '* filter=evil diff=evil -diff ident' > .gitattributes
        git config filter.evil.clean "$PWD/.git/clean"
        git config filter.evil.smudge "$PWD/.git/clean"
        git config diff.external "$PWD/.git/external"
        git config gpg.program "$PWD/.git/gpg"
        git config commit.gpgSign true
        git config core.fsmonitor "$PWD/.git/fsmonitor"
        rm -f {_fired}/*
        """);

    private async Task<string> RefusedAsync(Workspace workspace)
    {
        var fault = await Should.ThrowAsync<WorkspaceException>(() => _server.Store.CommitAsync(workspace, "m", Cancellation));
        fault.IsTransient.ShouldBeFalse();
        return fault.Message;
    }
}
