using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Workspaces;

public static class WorkspacesRegistration
{
    /// <summary>
    /// Adds <see cref="WorkspaceStore"/>; needs a process runner, <see cref="WorkspaceOptions"/>, the options of GitHub,
    /// a secret mask and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddWorkspaces(this IServiceCollection services)
    {
        services.TryAddSingleton<WorkspaceStore>();
        return services.AddSingleton<Meter>(provider => provider.GetRequiredService<WorkspaceStore>().Metrics);
    }
}
