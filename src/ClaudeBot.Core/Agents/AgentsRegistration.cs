using ClaudeBot.Sandbox;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Agents;

public static class AgentsRegistration
{
    /// <summary>
    /// Adds <see cref="ICodingAgent"/>: the one that <see cref="AgentOptions.Agent"/> names, else Claude Code where it is
    /// installed, else the built-in agent. Needs <see cref="AgentOptions"/>, the rooms Processes and Secrets, and a <see cref="TimeProvider"/>.
    /// </summary>
    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddSandbox();
        services.TryAddSingleton<GatewayPasses>();
        services.TryAddSingleton<ClaudeCodeProgram>();
        services.TryAddSingleton<ClaudeCodeHome>();
        services.TryAddSingleton<ClaudeCodeAgent>();
        services.TryAddSingleton<ApiAgent>();
        services.TryAddSingleton<ICodingAgent>(provider => provider.GetRequiredService<AgentOptions>().Agent switch
        {
            "claude-code" => provider.GetRequiredService<ClaudeCodeAgent>(),
            "api" => provider.GetRequiredService<ApiAgent>(),
            null or "" => provider.GetRequiredService<ClaudeCodeProgram>().Find() is null
                ? provider.GetRequiredService<ApiAgent>()
                : provider.GetRequiredService<ClaudeCodeAgent>(),
            var other => throw new AgentUnavailableException($"AGENT is '{other}'; it must be claude-code or api."),
        });
        return services;
    }
}
