using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ClaudeBot.Playground.GitHub.State;

/// <summary>Registers GitHub Apps, installs them and gives out their tokens.</summary>
internal sealed class AppDesk(GitHubDirectory directory)
{
    // "The installation access token will expire after 1 hour": https://docs.github.com/en/rest/apps/apps.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, InstallationGrant> grants = new(StringComparer.Ordinal);
    private ImmutableList<GitHubApp> apps = [];

    public IReadOnlyList<GitHubApp> Apps => Volatile.Read(ref apps);

    public GitHubApp Register(string slug, Account owner, string publicKeyPem)
    {
        var app = new GitHubApp(directory.NextId(), slug, owner, directory.AddAccount($"{slug}[bot]", "Bot"), publicKeyPem, directory.Now);
        ImmutableInterlocked.Update(ref apps, (list, added) => list.Add(added), app);
        return app;
    }

    public Installation Install(GitHubApp app, IReadOnlyList<Repository> repositories)
    {
        foreach (var repository in repositories)
        {
            repository.Permissions = repository.Permissions.SetItem(app.Account.Id, Permission.Write);
        }

        var installation = new Installation(directory.NextId(), app, repositories[0].Owner, [.. repositories], directory.Now);
        app.Installations = app.Installations.Add(installation);
        return installation;
    }

    public (string Token, DateTimeOffset ExpiresAt) Grant(Installation installation)
    {
        var grant = new InstallationGrant(installation, directory.Now + Lifetime);
        var token = "ghs_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
        grants[token] = grant;
        return (token, grant.ExpiresAt);
    }

    public void RevokeAll() => grants.Clear();

    public Installation? InstallationOf(string token) =>
        grants.GetValueOrDefault(token) is { } grant && grant.ExpiresAt > directory.Now ? grant.Installation : null;
}
