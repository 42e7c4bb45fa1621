using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.PullRequests;

public static class PullRequestsRegistration
{
    /// <summary>Adds what opens and reads back pull requests; needs the rooms GitHub and Conversation.</summary>
    public static IServiceCollection AddPullRequests(this IServiceCollection services) => services
        .AddSingleton<PullRequestPublisher>()
        .AddSingleton<PullRequestMetrics>()
        .AddSingleton<Meter>(provider => provider.GetRequiredService<PullRequestMetrics>());
}
