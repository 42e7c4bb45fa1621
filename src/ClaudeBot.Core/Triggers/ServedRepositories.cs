using ClaudeBot.GitHub;

namespace ClaudeBot.Triggers;

/// <summary>The repositories that the bot serves: those named, or for a GitHub App without names all where it is installed.</summary>
public sealed class ServedRepositories(GitHubClient github, TriggerOptions options)
{
    private volatile IReadOnlyList<RepositoryName> _installed = [];

    /// <summary>True when they are not named: then they are those of the App's installations, which people change.</summary>
    public bool CanGrow => options.Repositories.Count == 0 && github.IsApp;

    /// <summary>As of now.</summary>
    /// <exception cref="GitHubException">It takes GitHub to know them, and GitHub did not answer.</exception>
    public async Task<IReadOnlyList<RepositoryName>> ListAsync(CancellationToken cancellationToken) =>
        CanGrow ? _installed = await github.ListInstalledRepositoriesAsync(cancellationToken) : options.Repositories;

    /// <summary>Asks GitHub only about a repository that was not there at the last look.</summary>
    /// <exception cref="GitHubException"/>
    public async Task<bool> ServesAsync(RepositoryName repository, CancellationToken cancellationToken) =>
        _installed.Contains(repository) || (await ListAsync(cancellationToken)).Contains(repository);
}
