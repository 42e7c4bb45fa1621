using ClaudeBot.Agents;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.Gate;
using ClaudeBot.Gateway;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Operations;
using ClaudeBot.Processes;
using ClaudeBot.PullRequests;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using ClaudeBot.Workspaces;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Hosting;

/// <summary>Puts the rooms together. Order matters where it is said: hosted services stop in reverse.</summary>
internal static class BotComposition
{
    /// <summary>What every verb that looks at the ledger or at GitHub needs; nothing here runs by itself.</summary>
    public static IServiceCollection AddRooms(this IServiceCollection services, BotConfiguration configuration, TimeProvider time)
    {
        services.TryAddSingleton(time);
        services.AddSingleton(configuration).AddSingleton(configuration.Mask);
        services.AddSingleton(configuration.GitHub(time)).AddSingleton(configuration.Triggers()).AddSingleton(configuration.FollowUps()).AddSingleton(configuration.Queue());
        services.AddSingleton(configuration.Ledger()).AddSingleton(configuration.Workspaces()).AddSingleton(configuration.Agents());
        services.AddSingleton(new SpoolOptions { DataDirectory = configuration.DataDirectory, DefaultRepository = configuration.DefaultRepository });
        services.AddSingleton(new WebhookOptions
        {
            Secret = configuration.Secret(GitHubSettings.WebhookSecret),
            NextSecret = configuration.Secret(GitHubSettings.WebhookSecretNext),
        });
        services.AddSingleton(provider => new DiskFloor(configuration.DataDirectory, configuration.Get(DoorSettings.DiskFloor), provider.GetRequiredService<ILogger<DiskFloor>>()));
        services.AddSingleton<ClaimGuard>(provider => provider.GetRequiredService<DiskFloor>().GuardAsync);
        return services.AddLedger().AddGitHub().AddTriggers().AddSingleton<DailyCaps>().AddSingleton<StatusSnapshot>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<LedgerTasks>(provider, configuration.Get(GitHubSettings.ServerUrl)!));
    }

    /// <summary>What works on tasks.</summary>
    public static IServiceCollection AddWork(this IServiceCollection services, BotConfiguration configuration)
    {
        services.AddSingleton(configuration.Sandbox()).AddSingleton(new GateOptions());
        services.AddSingleton(new RunOptions
        {
            AllowedBots = configuration.Get(GitHubSettings.AllowedBots),
            CommitStyle = configuration.Get(GitHubSettings.CommitStyle)!,
            RepositoryDefaults = configuration.Get(GitHubSettings.RepositoryDefaults),
            MainRepository = configuration.DefaultRepository,
        });
        var notifications = configuration.Secret(DoorSettings.NotificationUrl);
        services.AddSingleton(new ConversationOptions
        {
            Mention = configuration.Mention,
            InputTimeout = configuration.Get(GitHubSettings.InputTimeout),
            StatusUrl = configuration.Get(DoorSettings.StatusPublicUrl),
            Notifications = configuration.Get(DoorSettings.Notifications) ? notifications : null,
        });
        services.AddSingleton(new GatewayOptions
        {
            BaseUrl = configuration.Get(WorkSettings.BaseUrl)!,
            ApiKey = configuration.Secret(WorkSettings.ApiKey),
            ApiKeys = configuration.Secret(WorkSettings.ApiKeys),
            AllowedModels = configuration.Get(WorkSettings.AllowedModels),
            AllowedServerTools = configuration.Get(WorkSettings.AllowedServerTools),
            BudgetUsdPerTask = configuration.Get(WorkSettings.BudgetPerTask),
        });
        // The gateway first: it must outlive the runs.
        services.AddGateway().AddProcesses().AddWorkspaces().AddGate().AddAgents().AddConversation().AddPullRequests().AddRuns();
        services.AddSingleton<TaskHandler>(provider => provider.GetRequiredService<TaskRunner>().RunAsync);
        return services;
    }
}
