using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Processes;

public static class ProcessesRegistration
{
    /// <summary>Adds <see cref="ProcessRunner"/>; needs a <see cref="TimeProvider"/>.</summary>
    public static IServiceCollection AddProcesses(this IServiceCollection services)
    {
        services.TryAddSingleton<ProcessRunner>();
        return services;
    }
}
