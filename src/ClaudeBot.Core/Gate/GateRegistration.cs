using ClaudeBot.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Gate;

public static class GateRegistration
{
    /// <summary>Adds <see cref="CheckRunner"/>; needs a process runner, <see cref="GateOptions"/> and a secret mask.</summary>
    public static IServiceCollection AddGate(this IServiceCollection services)
    {
        services.AddSandbox();
        services.TryAddSingleton<CheckRunner>();
        return services;
    }
}
