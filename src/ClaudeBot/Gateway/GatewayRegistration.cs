using System.Diagnostics.Metrics;
using ClaudeBot.Agents;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Gateway;

public static class GatewayRegistration
{
    /// <summary>
    /// Adds the gateway. It takes <see cref="GatewayOptions"/>, <c>IRunJournal</c>, <c>DailyCaps</c>, <c>SecretMask</c> and a
    /// <see cref="TimeProvider"/> from the services, and guards the queue's claims: by the circuit, and by the cap of the day.
    /// Call it before the worker loop is added: hosted services stop in reverse, so that the gateway outlives the runs.
    /// </summary>
    public static IServiceCollection AddGateway(this IServiceCollection services)
    {
        services.TryAddSingleton<GatewayPasses>();
        services.AddSingleton<ModelCircuit>();
        services.AddSingleton<ClaimGuard>(provider => provider.GetRequiredService<ModelCircuit>().GuardAsync);
        services.AddSingleton<ClaimGuard>(provider => provider.GetRequiredService<DailyCaps>().GuardAsync);
        services.AddSingleton<GatewayHost>();
        services.AddSingleton<Meter>(provider => provider.GetRequiredService<GatewayHost>().Metrics);
        services.AddHostedService(provider => provider.GetRequiredService<GatewayHost>());
        return services;
    }
}
