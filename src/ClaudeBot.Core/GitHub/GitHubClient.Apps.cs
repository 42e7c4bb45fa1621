namespace ClaudeBot.GitHub;

public sealed partial class GitHubClient
{
    /// <summary>True when the bot is signed in as a GitHub App.</summary>
    public bool IsApp => false;

    /// <summary>Every repository in which the App is installed.</summary>
    public Task<IReadOnlyList<RepositoryName>> ListInstalledRepositoriesAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RepositoryName>>([]);
}
