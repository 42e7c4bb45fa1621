using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>A GitHub App. It acts as the account <c>slug[bot]</c> wherever it is installed, and signs in with its own key.</summary>
public sealed class GitHubApp : IDisposable
{
    private readonly RSA publicKey = RSA.Create();

    internal GitHubApp(long id, string slug, Account owner, Account account, string publicKeyPem, DateTimeOffset createdAt)
    {
        (Id, Slug, Owner, Account, CreatedAt) = (id, slug, owner, account, createdAt);
        publicKey.ImportFromPem(publicKeyPem);
    }

    public long Id { get; }
    public string Slug { get; }
    public Account Owner { get; }

    /// <summary>The account under which it acts.</summary>
    public Account Account { get; }

    public DateTimeOffset CreatedAt { get; }

    /// <summary>What it may do where it is installed.</summary>
    public ImmutableSortedDictionary<string, string> Permissions { get; set; } = ImmutableSortedDictionary<string, string>.Empty
        .Add("actions", "write").Add("checks", "write").Add("contents", "write").Add("issues", "write").Add("metadata", "read").Add("pull_requests", "write").Add("statuses", "read");

    public ImmutableList<Installation> Installations { get; internal set; } = [];

    /// <summary>Its webhook, which hears of every repository in which it is installed; null: none.</summary>
    public Hook? Hook { get; internal set; }

    public Installation? InstallationIn(Repository repository) => Installations.Find(installation => installation.Repositories.Contains(repository));

    public void Dispose() => publicKey.Dispose();

    internal bool Signed(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature) =>
        publicKey.VerifyData(text, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
}

/// <summary>An App in some repositories of one account.</summary>
public sealed record Installation(long Id, GitHubApp App, Account Account, ImmutableList<Repository> Repositories, DateTimeOffset CreatedAt);

/// <summary>A token of an installation.</summary>
internal sealed record InstallationGrant(Installation Installation, DateTimeOffset ExpiresAt);
