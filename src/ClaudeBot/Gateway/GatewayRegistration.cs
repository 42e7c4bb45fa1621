using ClaudeBot.Agents;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Gateway;

public static class GatewayRegistration
{
    /// <summary>
    /// Adds the gateway. It takes <see cref="GatewayOptions"/>, <c>IRunJournal</c> and <c>SecretMask</c> from the services.
    /// Call it before the worker loop is added: hosted services stop in reverse, so that the gateway outlives the runs.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.TryAddSingleton<GatewayPasses>();
        services.AddSingleton<GatewayHost>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayHost>());
        return services;
    }
}
