using ClaudeBot.Agents;
using ClaudeBot.Queue;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Gateway;

public static class GatewayRegistration
{
    /// <summary>
    /// Adds the gateway. It takes <see cref="GatewayOptions"/>, <c>IRunJournal</c>, <c>SecretMask</c> and a
    /// <see cref="TimeProvider"/> from the services, and guards the queue's claims.
    /// Call it before the worker loop is added: hosted services stop in reverse, so that the gateway outlives the runs.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.TryAddSingleton<GatewayPasses>();
        services.AddSingleton<ModelCircuit>();
        services.AddSingleton<ClaimGuard>(provider => provider.GetRequiredService<ModelCircuit>().GuardAsync);
        services.AddSingleton<GatewayHost>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayHost>());
        return services;
    }
}
