using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.GitHub;

public static class GitHubRegistration
{
    /// <summary>Adds <see cref="GitHubClient"/>, one for the process; needs <see cref="GitHubOptions"/>, an <see cref="IPenaltyStore"/> and a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddGitHub(this IServiceCollection services) => services
        .AddSingleton<GitHubClient>()
        .AddSingleton<Meter>(provider => provider.GetRequiredService<GitHubClient>().Metrics);
}
