using System.Collections.Concurrent;
using ClaudeBot.GitHub.Wire;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.GitHub.Apps;

/// <summary>
/// Signs in as a GitHub App: each repository is reached with a token of the installation that holds it. Tokens live an
/// hour; one is made when it is needed, kept until five minutes before its end, and made anew when GitHub refuses it.
/// </summary>
public sealed class AppCredential : GitHubCredential, IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

    private readonly GitHubOptions _options;
    private readonly TimeProvider _time;
    private readonly AppSignature _signature;
    private readonly ConcurrentDictionary<RepositoryName, long> _installationOf = new();
    private readonly ConcurrentDictionary<long, InstallationToken> _tokens = new();
    private readonly ConcurrentDictionary<long, GitHubConnection> _installations = new();
    private volatile string? _login;

    /// <param name="appId">The App's id or client id.</param>
    /// <param name="privateKey">Its private key, PEM.</param>
    /// <param name="options">The server; the credential in it is not used.</param>
    public AppCredential(string appId, SecretSource privateKey, GitHubOptions options, TimeProvider time)
    {
        _signature = new AppSignature(appId, privateKey, time);
        (_options, _time) = (options with { WriteSpacing = TimeSpan.Zero }, time);
        AsApp = Connect(_signature);
    }

    public override string Name => _signature.Name;

    public override SecretMask Mask => _signature.Mask;

    /// <summary>The API as the App itself, which may ask about the App and make tokens, and nothing else.</summary>
    internal GitHubConnection AsApp { get; }

    public override async ValueTask<string?> TokenAsync(RepositoryName? repository, CancellationToken cancellationToken)
    {
        var installation = repository is null ? await AnyInstallationAsync(cancellationToken) : await InstallationAsync(repository, cancellationToken);
        return await TokenOf(installation).CurrentAsync(cancellationToken);
    }

    /// <summary>The App was perhaps installed anew, so the installations are looked up again too.</summary>
    public override bool Forget(string token)
    {
        _installationOf.Clear();
        return _tokens.Values.Any(minted => minted.Forget(token));
    }

    public async Task<GitHubApp> DescribeAsync(CancellationToken cancellationToken)
    {
        var app = await AsApp.GetAsync<AppAnswer>("app", cancellationToken);
        return new GitHubApp(app.Id, app.Slug, app.Permissions, app.Events, await InstallationsAsync(cancellationToken));
    }

    /// <summary>The login of the account under which the App acts.</summary>
    internal async Task<string> LoginAsync(CancellationToken cancellationToken) =>
        _login ??= $"{(await AsApp.GetAsync<AppAnswer>("app", cancellationToken)).Slug}[bot]";

    /// <summary>Every repository of every installation that is not suspended.</summary>
    internal async Task<IReadOnlyList<RepositoryName>> ListRepositoriesAsync(CancellationToken cancellationToken)
    {
        var found = new List<RepositoryName>();
        foreach (var installation in (await InstallationsAsync(cancellationToken)).Where(installation => !installation.IsSuspended))
        {
            var connection = _installations.GetOrAdd(installation.Id, id => Connect(new InstallationCredential(TokenOf(id), this)));
            await foreach (var (page, _) in connection.PagesAsync<RepositoriesAnswer>("installation/repositories?per_page=100", cancellationToken))
            {
                foreach (var repository in page.Repositories.Where(repository => !repository.Archived))
                {
                    var name = RepositoryName.Parse(repository.FullName);
                    _installationOf[name] = installation.Id;
                    found.Add(name);
                }
            }
        }

        return found;
    }

    public void Dispose()
    {
        AsApp.Dispose();
        foreach (var connection in _installations.Values)
            connection.Dispose();
        foreach (var token in _tokens.Values)
            token.Dispose();
    }

    // The App's own calls have limits of their own, and are made only where a call of the bot's may be sent.
    private GitHubConnection Connect(GitHubCredential credential) =>
        new(_options with { Credential = credential }, new MemoryPenaltyStore(), _time, NullLogger.Instance, new TransportHandler(_options.RequestTimeout, _time));

    private InstallationToken TokenOf(long installation) =>
        _tokens.GetOrAdd(installation, id => new InstallationToken(token => MintAsync(id, token), RenewBefore, new ShortLivedTokens(Mask), _time));

    private async Task<(string Token, DateTimeOffset ExpiresAt)> MintAsync(long installation, CancellationToken cancellationToken)
    {
        var made = await AsApp.PostAsync<Octokit.AccessToken>($"app/installations/{installation}/access_tokens", new Dictionary<string, object>(), cancellationToken);
        return (made.Token, made.ExpiresAt);
    }

    private async Task<long> InstallationAsync(RepositoryName repository, CancellationToken cancellationToken)
    {
        if (_installationOf.TryGetValue(repository, out var known))
            return known;
        try
        {
            var found = await AsApp.GetAsync<InstallationAnswer>($"repos/{repository.Owner}/{repository.Name}/installation", cancellationToken);
            return _installationOf[repository] = found.Id;
        }
        catch (GitHubException fault) when (fault.Kind == GitHubFaultKind.NotFound)
        {
            throw new GitHubException(GitHubFaultKind.NotFound, $"The GitHub App is not installed in {repository}: install it there, or take the repository out of ALLOWED_REPOSITORIES.", null, fault);
        }
    }

    private async Task<long> AnyInstallationAsync(CancellationToken cancellationToken)
    {
        if (!_installationOf.IsEmpty)
            return _installationOf.First().Value;
        return (await InstallationsAsync(cancellationToken)).FirstOrDefault(installation => !installation.IsSuspended)?.Id
            ?? throw new GitHubException(GitHubFaultKind.NotFound, "The GitHub App is not installed anywhere: install it in a repository.", null, null);
    }

    private async Task<IReadOnlyList<GitHubInstallation>> InstallationsAsync(CancellationToken cancellationToken)
    {
        var found = await AsApp.ListAsync<InstallationAnswer>("app/installations?per_page=100", cancellationToken);
        return [.. found.Items.Select(installation => new GitHubInstallation(installation.Id, installation.Account?.Login ?? "?", installation.Permissions, installation.SuspendedAt is not null))];
    }

    /// <summary>One installation's token for whatever is asked.</summary>
    private sealed class InstallationCredential(InstallationToken token, AppCredential app) : GitHubCredential
    {
        public override string Name => app.Name;

        public override SecretMask Mask => app.Mask;

        public override async ValueTask<string?> TokenAsync(RepositoryName? repository, CancellationToken cancellationToken) => await token.CurrentAsync(cancellationToken);

        public override bool Forget(string refused) => token.Forget(refused);
    }

    private sealed class AppAnswer
    {
        public long Id { get; set; }
        public string Slug { get; set; } = "";
        public Dictionary<string, string> Permissions { get; set; } = [];
        public List<string> Events { get; set; } = [];
    }

    private sealed class InstallationAnswer
    {
        public long Id { get; set; }
        public Octokit.User? Account { get; set; }
        public Dictionary<string, string> Permissions { get; set; } = [];
        public DateTimeOffset? SuspendedAt { get; set; }
    }

    private sealed class RepositoriesAnswer
    {
        public List<Octokit.Repository> Repositories { get; set; } = [];
    }
}
