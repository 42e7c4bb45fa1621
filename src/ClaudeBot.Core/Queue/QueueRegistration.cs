using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Queue;

public static class QueueRegistration
{
    /// <summary>
    /// The worker loop, as a singleton that is also a hosted service. Needs an <see cref="ITaskQueue"/>, a
    /// <see cref="QueueOptions"/> and a <see cref="TaskHandler"/>; <see cref="ClaimCheck"/>s and
    /// <see cref="ClaimGuard"/>s are asked when there are any.
    /// </summary>
    public static IServiceCollection AddQueueWorker(this IServiceCollection services)
    {
        services.AddQueueDrain();
        services.AddHostedService(provider => provider.GetRequiredService<QueueWorker>());
        return services;
    }

    /// <summary>The worker for a command that drains the queue itself; not started by the host.</summary>
    public static IServiceCollection AddQueueDrain(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<QueueSignal>();
        services.TryAddSingleton<QueueNotices>();
        services.AddSingleton<QueueMetrics>().AddSingleton<Meter>(provider => provider.GetRequiredService<QueueMetrics>());
        services.TryAddSingleton(_ => new WorkerIdentity($"{Environment.MachineName}/{Environment.ProcessId}", Guid.NewGuid().ToString("N")));
        services.TryAddSingleton<QueueWorker>();
        return services;
    }
}
