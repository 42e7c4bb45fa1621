using ClaudeBot.Agents;
using ClaudeBot.Configuration;
using ClaudeBot.GitHub;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Processes;
using ClaudeBot.Queue.Spool;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Operations.Doctor;

internal static class DoctorRegistration
{
    /// <summary>Adds <see cref="DoctorRound"/> beside the rooms, in the order in which it looks. Nothing opens the ledger where there is none, or where that would upgrade it: an earlier program may be at work on it.</summary>
    public static IServiceCollection AddDoctor(this IServiceCollection services, BotConfiguration configuration)
    {
        services.AddSingleton(configuration.Sandbox()).AddProcesses().AddAgents().AddSpoolCheck();
        var ledger = configuration.Ledger();
        var upgrade = Upgrade(ledger);
        if (upgrade is not null || !File.Exists(ledger.DatabasePath))
            services.Replace(ServiceDescriptor.Singleton<IPenaltyStore, MemoryPenaltyStore>());
        if (upgrade is not null)
            services.AddSingleton(upgrade).Replace(ServiceDescriptor.Singleton<SqliteLedger>(_ => throw new LedgerVersionException($"The ledger {ledger.DatabasePath} is not opened, because that would upgrade it from schema {upgrade.From} to {upgrade.To}. Start the bot of this version first.")));
        services.AddSingleton<GitHubServer>().AddSingleton<AuthCheck>();
        services.AddSingleton<IExamination>(_ => new ConfigurationExamination(configuration, ConfigurationNeeds.Bot))
            .AddSingleton<IExamination, FolderExamination>()
            .AddSingleton<IExamination, LogFolderExamination>()
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

    /// <summary>Adds <see cref="DoctorRound"/> for a status web that stands alone: it has no rooms, and none are looked at.</summary>
    public static IServiceCollection AddDoctorOfWeb(this IServiceCollection services, BotConfiguration configuration, TimeProvider time) => services
        .AddSingleton(configuration).AddSingleton(time).AddSingleton(configuration.StatusWeb(inBot: false))
        .AddSingleton<IExamination>(_ => new ConfigurationExamination(configuration, ConfigurationNeeds.None))
        .AddSingleton<IExamination, ReportFolderExamination>()
        .AddSingleton<IExamination, LogFolderExamination>()
        .AddSingleton<IExamination, StatusDoorExamination>()
        .AddSingleton<IExamination, ReportsExamination>()
        .AddSingleton<DoctorRound>();

    private static LedgerUpgrade? Upgrade(LedgerOptions ledger)
    {
        try
        {
            return SqliteLedger.PendingUpgrade(ledger);
        }
        catch (LedgerUnavailableException)
        {
            return null; // The ledger's examination tells of it.
        }
    }
}
