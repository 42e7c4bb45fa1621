using ClaudeBot.Sandbox;
using ClaudeBot.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Gate;

public static class GateRegistration
{
    /// <summary>Adds <see cref="CheckRunner"/> and <see cref="OutgoingGate"/>; needs a process runner, workspaces, <see cref="GateOptions"/> and a secret mask.</summary>
    public static IServiceCollection AddGate(this IServiceCollection services)
    {
        services.AddSandbox();
        services.TryAddSingleton<CheckRunner>();
        services.TryAddSingleton<SecretScanner>();
        services.TryAddSingleton<OutgoingGate>();
        return services;
    }
}
