#pragma warning disable CA1801, IDE0060
namespace ClaudeBot.Gate;

/// <summary>Runs a repository's own build and tests on the host's side, after the agent has ended, with no secret in the environment.</summary>
public sealed class CheckRunner
{
    /// <summary>Runs the setup commands.</summary>
    public Task<CheckReport> SetUpAsync(string tree, string home, RepositoryPolicy policy, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Runs build, test and lint, in this order, all of them even when one fails.</summary>
    public Task<CheckReport> RunAsync(string tree, string home, RepositoryPolicy policy, CancellationToken cancellationToken) => throw new NotImplementedException();
}
