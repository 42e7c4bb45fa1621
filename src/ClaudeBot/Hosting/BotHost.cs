using System.Net;
using ClaudeBot.Configuration;
using ClaudeBot.Conversation;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Operations;
using ClaudeBot.Operations.Monitoring;
using ClaudeBot.Queue;
using ClaudeBot.Queue.Spool;
using ClaudeBot.StatusWeb;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.Hosting;

/// <summary>Makes the hosts of <c>up</c>, <c>run</c>, <c>once</c> and <c>web</c>.</summary>
public static class BotHost
{
    /// <summary>Builds the whole container, and checks that all of it can be made.</summary>
    /// <param name="adjust">Last word on the services: tests put their agent and clock here.</param>
    public static WebApplication Build(BotConfiguration configuration, BotRole role, TimeProvider time, Action<IServiceCollection>? adjust)
    {
        var builder = EmptyBuilder(configuration, "claude-bot");
        builder.Services.AddRooms(configuration, time).AddWork(configuration);
        builder.Services.AddSingleton(configuration.Queue() with { SingleMachine = !role.SharesFolder() });
        Start(builder.Services, role);
        if (role == BotRole.Up)
            builder.Services.AddStatusWeb(configuration, inBot: true);
        builder.Services.AddOperations(configuration, role).AddTracing(configuration);
        OpenDoors(builder, (server, doors) => OpenDoors(server, doors, configuration, role));
        adjust?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRouting();
        if (role.TakesIn())
            app.MapDoor(Door.Webhooks).MapWebhooks();
        app.MapDoor(Door.Metrics).MapOperations(configuration);
        if (role == BotRole.Up)
            app.MapDoor(Door.Status).MapStatusWeb();
        return app;
    }

    /// <summary>Builds the status web that stands alone: it knows what bots report to it, and no ledger.</summary>
    /// <param name="port">0 takes a free one.</param>
    public static WebApplication BuildWeb(BotConfiguration configuration, int port, TimeProvider time)
    {
        var builder = EmptyBuilder(configuration, "status-web");
        builder.Services.AddSingleton(time).AddSingleton(configuration).AddSingleton(configuration.Mask);
        builder.Services.AddStatusWeb(configuration, inBot: false).AddHostedService<WebNotice>();
        OpenDoors(builder, (server, doors) => doors.Open(server, Door.Status, IPAddress.Parse(configuration.Get(DoorSettings.BindAddress)!), port));
        var app = builder.Build();
        app.UseRouting();
        app.MapDoor(Door.Status).MapStatusWeb();
        return app;
    }

    // The empty builder reads no environment: ASPNETCORE_* and DOTNET_* belong to the target project.
    private static WebApplicationBuilder EmptyBuilder(BotConfiguration configuration, string name)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "ClaudeBot",
            EnvironmentName = Environments.Production,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));
        builder.Logging.AddBotLogging(configuration, name);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddRouting();
        return builder;
    }

    private static void OpenDoors(WebApplicationBuilder builder, Action<KestrelServerOptions, Doors> open)
    {
        var doors = new Doors();
        builder.Services.AddSingleton(doors);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, DoorPolicy>());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            open(server, doors);
        });
    }

    private static void Start(IServiceCollection services, BotRole role)
    {
        if (role != BotRole.Ingest)
        {
            // Both have done their part before any service starts, and before the queue's worker takes back a task.
            services.AddHostedService<SandboxCheck>().AddSingleton<EarlierRuns>().AddHostedService(provider => provider.GetRequiredService<EarlierRuns>());
            services.AddSingleton<ClaimCheck>(provider => provider.GetRequiredService<EarlierRuns>().CheckClaimAsync);
        }

        if (role.TakesIn())
            services.AddWebhooks().RunTriggers();
        if (role == BotRole.Worker)
            services.AddSpoolCheck();
        else
            services.AddSpool();
        if (role.TakesIn())
            services.AddHostedService(provider => provider.GetRequiredService<StateAnnouncer>()).AddHostedService(provider => provider.GetRequiredService<Postman>())
                .AddHostedService(provider => provider.GetRequiredService<AnswerDeadline>());
        if (role.Works())
            services.AddQueueWorker();
        else
            services.AddQueueDrain();
    }

    private static void OpenDoors(KestrelServerOptions server, Doors doors, BotConfiguration configuration, BotRole role)
    {
        var address = IPAddress.Parse(configuration.Get(DoorSettings.BindAddress)!);
        if (role == BotRole.Once)
            doors.Open(server, Door.Metrics, IPAddress.Loopback, 0);
        else if (configuration.Get(DoorSettings.MetricsPort) is { } port)
            doors.Open(server, Door.Metrics, address, port);
        // Without a secret no delivery could be accepted: the door stays closed and the bot polls.
        if (role.TakesIn() && configuration.IsSet(GitHubSettings.WebhookSecret) && configuration.Get(DoorSettings.WebhookPort) is { } webhooks)
            doors.Open(server, Door.Webhooks, address, webhooks);
        if (role == BotRole.Up && configuration.Get(DoorSettings.StatusPort) is { } status)
            doors.Open(server, Door.Status, address, status);
    }
}
