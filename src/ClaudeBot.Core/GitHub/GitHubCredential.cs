using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub;

/// <summary>As whom the bot speaks to GitHub: gives the token for each request, to the API and to git alike.</summary>
public abstract class GitHubCredential
{
    /// <summary>The setting behind it, as in <c>GITHUB_TOKEN</c>; safe to show.</summary>
    public abstract string Name { get; }

    /// <summary>Learns each token that is given out.</summary>
    public abstract SecretMask Mask { get; }

    /// <summary>The token for a request about a repository, or about none; null when there is none.</summary>
    /// <exception cref="GitHubException">It takes GitHub to make one, and GitHub did not.</exception>
    public abstract ValueTask<string?> TokenAsync(RepositoryName? repository, CancellationToken cancellationToken);

    /// <summary>The server refused the token. True when asking again may give another one.</summary>
    public virtual bool Forget(string token) => false;
}

/// <summary>A personal access token: the same for every request.</summary>
internal sealed class PersonalToken(SecretSource source) : GitHubCredential
{
    public override string Name => source.Name;

    public override SecretMask Mask => source.Mask;

    public override ValueTask<string?> TokenAsync(RepositoryName? repository, CancellationToken cancellationToken) => ValueTask.FromResult(source.Current());
}
