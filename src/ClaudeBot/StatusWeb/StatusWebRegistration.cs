using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ClaudeBot.StatusWeb;

public static class StatusWebRegistration
{
    /// <summary>
    /// Adds the status web. It takes <see cref="StatusWebOptions"/> from the services, and the ledger's stores where they are there.
    /// </summary>
    public static IServiceCollection AddStatusWeb(this IServiceCollection services)
    {
        services.AddRazorComponents();
        // Rendering pages asks for a key ring. No page keeps anything under it, so none is written into a home folder.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BotReports>();
        services.AddSingleton<StatusAccess>();
        services.AddSingleton(provider => new TaskBoard(
            provider.GetRequiredService<StatusWebOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ITaskQueue>(),
            provider.GetService<IRunJournal>(),
            provider.GetService<IEventLog>()));
        return services;
    }

    /// <summary>Maps pages, API and <c>/health</c>; the application needs routing only.</summary>
    public static IEndpointRouteBuilder MapStatusWeb(this IEndpointRouteBuilder endpoints)
    {
        // Read now, so that stored reports are there before the first request and a bad folder stops the start.
        endpoints.ServiceProvider.GetRequiredService<BotReports>();
        var web = endpoints.MapGroup("").AddEndpointFilter<StatusAccess>();
        StatusPages.Map(web);
        StatusApi.Map(web);
        TaskApi.Map(web);
        web.Map("/api/{**rest}", () => StatusApi.Error(StatusCodes.Status404NotFound, "Not found"));
        return endpoints;
    }
}
