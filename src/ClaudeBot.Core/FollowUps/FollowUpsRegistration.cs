using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.FollowUps;

public static class FollowUpsRegistration
{
    /// <summary>Adds <see cref="FollowUpMaker"/>, not started; needs the ledger, the queue's signal and, unless the defaults are meant, <see cref="FollowUpOptions"/>.</summary>
    public static IServiceCollection AddFollowUps(this IServiceCollection services)
    {
        services.TryAddSingleton<FollowUpOptions>();
        return services.AddSingleton<FollowUpMaker>();
    }

    /// <summary>Has the host run it.</summary>
    public static IServiceCollection RunFollowUps(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<FollowUpMaker>());
}
