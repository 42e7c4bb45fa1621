using ClaudeBot.Agents;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Processes;
using ClaudeBot.Queue.Spool;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Operations.Doctor;

internal static class DoctorRegistration
{
    /// <summary>Adds <see cref="DoctorRound"/> beside the rooms, in the order in which it looks. Nothing opens the ledger where there is none.</summary>
    public static IServiceCollection AddDoctor(this IServiceCollection services, BotConfiguration configuration)
    {
        services.AddSingleton(configuration.Sandbox()).AddProcesses().AddAgents().AddSpoolCheck();
        if (!File.Exists(configuration.Ledger().DatabasePath))
            services.Replace(ServiceDescriptor.Singleton<IPenaltyStore, MemoryPenaltyStore>());
        services.AddSingleton<GitHubServer>().AddSingleton<AuthCheck>();
        services.AddSingleton<IExamination, ConfigurationExamination>()
            .AddSingleton<IExamination, FolderExamination>()
            .AddSingleton<IExamination, LedgerExamination>()
            .AddSingleton<IExamination, SpoolExamination>()
            .AddSingleton<IExamination, LeftoversExamination>()
            .AddSingleton<IExamination, PortsExamination>()
            .AddSingleton<IExamination, ToolsExamination>()
            .AddSingleton<IExamination, GitHubExamination>()
            .AddSingleton<IExamination, WebhookExamination>()
            .AddSingleton<IExamination, ModelExamination>()
            .AddSingleton<IExamination, StatusWebExamination>();
        return services.AddSingleton<DoctorRound>();
    }
}
