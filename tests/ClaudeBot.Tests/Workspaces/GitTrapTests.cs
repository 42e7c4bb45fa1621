using ClaudeBot.Workspaces;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>
/// Each way in which a git directory, or the files in its tree, can have a program run: set in the agent's folder, left alone
/// by the bot's commit, push, reading and removal, and seen to be live with plain git in the same folder.
/// </summary>
[Trait("Length", "Long")]
public sealed class GitTrapTests : IDisposable
{
    private const string Attributes = "echo '* filter=e diff=e merge=e' > .gitattributes; ";

    private readonly GitServer _server = new();
    private readonly string _fired = Directory.CreateTempSubdirectory("claude-bot-traps-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is set, and the command of plain git that springs it; <c>TRAP</c> is the program.</summary>
    public static TheoryData<string, string, string> Traps => new()
    {
        { "core.fsmonitor", "git config core.fsmonitor TRAP", "git status" },
        { "core.fsmonitor by include", "echo '[core] fsmonitor = TRAP' > .git/more; git config include.path more", "git status" },
        { "core.fsmonitor by includeIf", "echo '[core] fsmonitor = TRAP' > .git/more; git config 'includeIf.gitdir:**.path' more", "git status" },
        { "core.fsmonitor by config.worktree", "git config extensions.worktreeConfig true; git config --worktree core.fsmonitor TRAP", "git status" },
        { "filter clean", Attributes + "git config filter.e.clean TRAP", "git add -A" },
        { "filter smudge", Attributes + "git config filter.e.smudge TRAP", "rm b.txt; git checkout b.txt" },
        { "filter process", Attributes + "git config filter.e.process TRAP", "git add -A" },
        { "diff.external", "git config diff.external TRAP", "git diff" },
        { "diff driver", Attributes + "git config diff.e.command TRAP", "git diff" },
        { "textconv", Attributes + "git config diff.e.textconv TRAP", "git diff" },
        { "merge driver", Attributes + "git config merge.e.driver TRAP", "git commit -qam x; git checkout -q HEAD~1; echo 3 > a.txt; git commit -qam y; git merge -q -" },
        { "gpg.program", "git config gpg.program TRAP; git config commit.gpgSign true", "git commit -qam x" },
        { "gpg.ssh.program", "git config gpg.format ssh; git config user.signingKey k; git config gpg.ssh.program TRAP; git config commit.gpgSign true", "git commit -qam x" },
        { "core.editor", "git config core.editor TRAP", "git commit -qa" },
        { "core.pager", "git config core.pager TRAP", "script -qec 'git log' /dev/null" },
        { "core.hooksPath", "mkdir hooks; cp TRAP hooks/pre-commit; git config core.hooksPath hooks", "git commit -qam x" },
        { "hook pre-commit", "mkdir .git/hooks; cp TRAP .git/hooks/pre-commit", "git commit -qam x" },
        { "hook commit-msg", "mkdir .git/hooks; cp TRAP .git/hooks/commit-msg", "git commit -qam x" },
        { "hook post-commit", "mkdir .git/hooks; cp TRAP .git/hooks/post-commit", "git commit -qam x" },
        { "hook post-index-change", "mkdir .git/hooks; cp TRAP .git/hooks/post-index-change", "git add -A" },
        { "hook reference-transaction", "mkdir .git/hooks; cp TRAP .git/hooks/reference-transaction", "git commit -qam x" },
        { "hook post-checkout", "mkdir .git/hooks; cp TRAP .git/hooks/post-checkout", "git checkout -q HEAD" },
        { "hook pre-push", "mkdir .git/hooks; cp TRAP .git/hooks/pre-push", "git push -q origin HEAD:refs/heads/x" },
        { "core.sshCommand", "git config core.sshCommand TRAP; git config url.ssh://localhost/.insteadOf file://", "git fetch" },
        { "url.insteadOf ext", "git config protocol.ext.allow always; git config 'url.ext::TRAP .insteadOf' file://", "git fetch" },
        { "remote uploadpack", "git config remote.origin.uploadpack TRAP", "git fetch" },
        { "remote receivepack", "git config remote.origin.receivepack TRAP", "git push -q origin HEAD:refs/heads/x" },
        { "credential.helper", "git config credential.helper '!TRAP'", "printf 'protocol=https\\nhost=localhost\\n\\n' | git credential fill" },
        { "core.askPass", "git config core.askPass TRAP", "printf 'protocol=https\\nhost=localhost\\n\\n' | git credential fill" },
        { "alias", "git config alias.ci '!TRAP'", "git ci" },
        { "submodule update", "git config submodule.s.update '!TRAP'; git config submodule.s.url ./.git; printf '[submodule \"s\"]\\n\\tpath = s\\n\\turl = ./.git\\n' > .gitmodules; git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),s; rm -rf s", "git -c protocol.file.allow=always submodule update --init" },
    };

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_fired, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Traps))]
    public async Task A_trap_fires_for_plain_git_and_not_for_the_bot(string name, string set, string spring)
    {
        var trap = Path.Combine(_fired, "trap");
        await ShellAsync(_fired, $"printf '#!/bin/sh\\ntouch {_fired}/fired\\n' > trap; chmod +x trap");
        await _server.CreateAsync(("a.txt", "one\n"), ("b.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "two\n");
        await ShellAsync(workspace.Tree, set.Replace("TRAP", trap, StringComparison.Ordinal));
        File.Delete(Path.Combine(_fired, "fired"));

        var change = await _server.Store.CommitAsync(workspace, "m", Cancellation);
        await _server.Store.ReadCommitAsync(workspace, change!.Sha, Cancellation);
        (await _server.Store.PushAsync(workspace, change.Sha, Cancellation)).ShouldBe(PushOutcome.Pushed);

        File.Exists(Path.Combine(_fired, "fired")).ShouldBeFalse(name);
        (await _server.AskAsync("bot/issue-1-fix:a.txt")).ShouldBe("two");

        await ShellAsync(workspace.Tree, $"({spring}) </dev/null >/dev/null 2>&1 || true");
        File.Exists(Path.Combine(_fired, "fired")).ShouldBeTrue($"{name} is no live trap: git changed, or the row is wrong");
    }

    [Theory]
    [InlineData("git config core.worktree /etc")]
    [InlineData("rm -rf .git; echo 'gitdir: /etc' > .git")]
    [InlineData("rm -rf .git; ln -s /etc .git")]
    [InlineData("rm -rf .git")]
    [InlineData("git update-index --assume-unchanged a.txt; git config core.fileMode false")]
    [InlineData("git config core.sparseCheckout true; mkdir -p .git/info; echo /nothing > .git/info/sparse-checkout; echo a.txt > .git/info/exclude")]
    [InlineData("git config core.bare true; rm .git/index; mkdir .git/index")]
    [InlineData("git replace HEAD $(git commit-tree -m fake $(git write-tree))")]
    [InlineData("echo $(pwd)/elsewhere > .git/objects/info/alternates")]
    public async Task What_the_agent_does_to_its_own_git_does_not_change_what_is_committed(string script)
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        await ShellAsync(workspace.Tree, script);
        Write(workspace.Tree, "a.txt", "two\n");

        (await _server.Store.CommitAsync(workspace, "m", Cancellation))!.Files.ShouldBe(["a.txt"]);
    }
}
