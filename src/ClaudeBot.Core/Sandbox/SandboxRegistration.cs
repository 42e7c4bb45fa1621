using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Sandbox;

public static class SandboxRegistration
{
    /// <summary>Adds <see cref="SandboxRunner"/>, with <see cref="SandboxOptions"/> as they are when none are given; needs the room Processes and logging.</summary>
    public static IServiceCollection AddSandbox(this IServiceCollection services)
    {
        services.TryAddSingleton<SandboxOptions>();
        services.TryAddSingleton<SandboxRunner>();
        return services;
    }
}
