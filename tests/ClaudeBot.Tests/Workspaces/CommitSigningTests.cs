using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Secrets;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.Logging.Abstractions;
using static ClaudeBot.Tests.Workspaces.GitServer;

namespace ClaudeBot.Tests.Workspaces;

/// <summary>Signed commits, judged by the programs that everybody judges them with: git, ssh-keygen, gpg.</summary>
[Trait("Length", "Long")]
public sealed class CommitSigningTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("signing-");
    private readonly GitServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa")]
    public async Task A_commit_is_signed_with_an_ssh_key(string kind)
    {
        await ShellAsync(_folder.FullName, $"ssh-keygen -q -t {kind} -N '' -C bot -f key && echo \"bot@example.com $(cat key.pub)\" > allowed");
        var (workspace, sha) = await CommitAsync(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "key"), Cancellation));

        var said = await ShellAsync(workspace.GitDirectory, $"git -c gpg.ssh.allowedSignersFile={_folder.FullName}/allowed verify-commit -v {sha} 2>&1; git fsck --strict --no-dangling 2>&1");

        said.ShouldContain("Good \"git\" signature for bot@example.com");
        said.ShouldContain("Zwölf Boxkämpfer");
    }

    [Theory]
    [InlineData("ed25519")]
    [InlineData("rsa2048")]
    public async Task A_commit_is_signed_with_an_openpgp_key(string kind)
    {
        var home = Path.Combine(_folder.FullName, "gnupg");
        await ShellAsync(_folder.FullName, $"mkdir -m 700 gnupg; export GNUPGHOME={home}; gpg -q --batch --passphrase '' --quick-gen-key 'Bot <bot@example.com>' {kind} sign never 2>&1; gpg -q --batch --pinentry-mode loopback --passphrase '' --export-secret-keys --armor > key");
        var (workspace, sha) = await CommitAsync(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "key"), Cancellation));

        var said = await ShellAsync(workspace.GitDirectory, $"GNUPGHOME={home} git verify-commit -v {sha} 2>&1; gpgconf --homedir {home} --kill gpg-agent");

        said.ShouldContain("Good signature from \"Bot <bot@example.com>\"");
        said.ShouldContain("Zwölf Boxkämpfer");
        (await ShellAsync(workspace.GitDirectory, $"git cat-file commit {sha}")).ShouldNotContain("Version:");
    }

    [Fact]
    public async Task A_key_with_a_passphrase_and_what_is_no_key_are_refused_in_words_without_the_key()
    {
        await ShellAsync(_folder.FullName, "ssh-keygen -q -t ed25519 -N secret-words -f locked; ssh-keygen -q -t ecdsa -N '' -f other");

        CommitSignature.Fault(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "locked"), Cancellation)).ShouldBe("it cannot be read, or it has a passphrase; give a key without one");
        CommitSignature.Fault(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "other"), Cancellation)).ShouldBe("it is an SSH key of a kind that is not known; use an Ed25519 or RSA key");
        CommitSignature.Fault("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----").ShouldNotBeNull().ShouldNotContain("AAAA");
        CommitSignature.Fault("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----").ShouldNotBeNull();
        CommitSignature.Fault("ssh-ed25519 AAAA").ShouldBe("it is neither an SSH private key nor an armored OpenPGP private key");
        (await Should.ThrowAsync<WorkspaceException>(CommitAsync("ssh-ed25519 AAAA"))).Message
            .ShouldBe("The commit could not be signed with COMMIT_SIGNING_KEY: it is neither an SSH private key nor an armored OpenPGP private key.");
    }

    private async Task<(Workspace Workspace, string Sha)> CommitAsync(string key)
    {
        await _server.CreateAsync(("a.txt", "one\n"));
        var workspace = await _server.PrepareAsync();
        Write(workspace.Tree, "a.txt", "two\n");
        var mask = new SecretMask();
        using var store = new WorkspaceStore(
            new ProcessRunner(TimeProvider.System),
            new WorkspaceOptions { DataDirectory = _server.Data, AllowedProtocols = "file", CommitterEmail = "bot@example.com", SigningKey = new SecretSource("COMMIT_SIGNING_KEY", () => key, mask) },
            new GitHubOptions { ServerUrl = new Uri("file:///nowhere"), Token = new SecretSource("GITHUB_TOKEN", () => null, mask) },
            mask,
            // gpg takes no signature that is older than its key.
            TimeProvider.System,
            NullLogger<WorkspaceStore>.Instance);
        var change = await store.CommitAsync(workspace, "Fix it\n\nZwölf Boxkämpfer 🥊\n", Cancellation);
        return (workspace, change.ShouldNotBeNull().Sha);
    }
}
