using ClaudeBot.GitHub.Apps;

namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>True when the bot is signed in as a GitHub App.</summary>
    public bool IsApp => _credential is AppCredential;

    private AppCredential App => _credential as AppCredential ?? throw new InvalidOperationException("The bot is not signed in as a GitHub App.");

    /// <summary>The App that the bot is signed in as.</summary>
    /// <exception cref="InvalidOperationException">It is signed in by a token.</exception>
    public Task<GitHubApp> GetAppAsync(CancellationToken cancellationToken) => App.DescribeAsync(cancellationToken);

    /// <summary>Every repository in which the App is installed, archived ones left out.</summary>
    /// <exception cref="InvalidOperationException">The bot is signed in by a token.</exception>
    public async Task<IReadOnlyList<RepositoryName>> ListInstalledRepositoriesAsync(CancellationToken cancellationToken)
    {
        await _connection.RequireNoPenaltyAsync("GET /installation/repositories", cancellationToken);
        return await App.ListRepositoriesAsync(cancellationToken);
    }
}
