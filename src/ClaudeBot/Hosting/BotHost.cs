using System.Net;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Operations;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Hosting;

/// <summary>Which part of the work this process does.</summary>
public enum BotRole
{
    /// <summary>Everything.</summary>
    All,
    /// <summary>Takes in deliveries and polls.</summary>
    Ingest,
    /// <summary>Works on tasks.</summary>
    Worker,
    /// <summary>Starts nothing by itself: one pass, made by a verb.</summary>
    Once,
}

/// <summary>Makes the host of <c>up</c>, <c>run</c> and <c>once</c>.</summary>
public static class BotHost
{
    /// <summary>Builds the whole container, and checks that all of it can be made.</summary>
    /// <param name="adjust">Last word on the services: tests put their agent and clock here.</param>
    public static WebApplication Build(BotConfiguration configuration, BotRole role, TimeProvider time, Action<IServiceCollection>? adjust)
    {
        // The empty builder reads no environment: ASPNETCORE_* and DOTNET_* belong to the target project.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "ClaudeBot",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));
        builder.Logging.AddBotLogging(configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddRouting();
        builder.Services.AddRooms(configuration, time).AddWork(configuration);
        Start(builder.Services, role);
        var doors = new Doors();
        builder.Services.AddSingleton(doors);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, DoorPolicy>());
        builder.Services.AddOperations(configuration, role);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            OpenDoors(server, doors, configuration, role);
        });
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRouting();
        if (role is BotRole.All or BotRole.Ingest)
            app.MapDoor(Door.Webhooks).MapWebhooks();
        app.MapDoor(Door.Metrics).MapOperations(configuration);
        return app;
    }

    private static void Start(IServiceCollection services, BotRole role)
    {
        if (role is BotRole.All or BotRole.Ingest)
            services.AddWebhooks().RunTriggers();
        if (role != BotRole.Ingest)
            services.AddSpool();
        if (role is BotRole.All or BotRole.Worker)
        {
            services.AddHostedService(provider => provider.GetRequiredService<StateAnnouncer>());
            services.AddQueueWorker();
        }
        else
        {
            services.AddQueueDrain();
        }
    }

    private static void OpenDoors(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions server, Doors doors, BotConfiguration configuration, BotRole role)
    {
        var address = IPAddress.Parse(configuration.Get(DoorSettings.BindAddress)!);
        if (role == BotRole.Once)
            doors.Open(server, Door.Metrics, IPAddress.Loopback, 0);
        else if (configuration.Get(DoorSettings.MetricsPort) is { } port)
            doors.Open(server, Door.Metrics, address, port);
        // Without a secret no delivery could be accepted: the door stays closed and the bot polls.
        if ((role is BotRole.All or BotRole.Ingest) && configuration.IsSet(GitHubSettings.WebhookSecret) && configuration.Get(DoorSettings.WebhookPort) is { } webhooks)
            doors.Open(server, Door.Webhooks, address, webhooks);
    }
}
