using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.StatusWeb.Access;
using ClaudeBot.StatusWeb.Actions;
using ClaudeBot.StatusWeb.Api;
using ClaudeBot.StatusWeb.Live;
using ClaudeBot.StatusWeb.Orders;
using ClaudeBot.StatusWeb.Pages;
using ClaudeBot.StatusWeb.Reports;
using ClaudeBot.StatusWeb.Tasks;
using ClaudeBot.StatusWeb.Transcripts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
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
        // The key of cookies and forms lives in memory: none is written into a home folder, and a restart ends all sessions.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BotReports>().AddSingleton<OrderBook>().AddSingleton<OrderDesk>();
        AddAccess(services);
        services.AddApiDescription();
        services.TryAddSingleton<ITaskSource>(provider => provider.GetService<ITaskQueue>() is { } queue
            ? new LedgerTasks(
                queue,
                provider.GetRequiredService<IRunJournal>(),
                provider.GetRequiredService<IEventLog>(),
                provider.GetRequiredService<ILedgerViews>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<StatusWebOptions>().GitHubServer)
            : ActivatorUtilities.CreateInstance<ReportedTasks>(provider));
        services.AddSingleton<Seats>().AddSingleton<TranscriptFiles>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ChangeFeed>(provider, provider.GetService<QueueNotices>() is { } notices ? [notices] : []));
        services.AddSingleton(provider => new OperatorDesk(provider.GetRequiredService<StatusWebOptions>(), provider.GetService<ITaskQueue>(), provider.GetService<IEventLog>()));
        services.AddSingleton(provider => new TaskEvents(
            provider.GetRequiredService<Seats>(),
            provider.GetRequiredService<TranscriptFiles>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetService<ITaskQueue>(),
            provider.GetService<IEventLog>(),
            provider.GetService<QueueNotices>()));
        return services;
    }

    /// <summary>Maps pages, API and <c>/health</c>; the application needs routing only.</summary>
    public static IEndpointRouteBuilder MapStatusWeb(this IEndpointRouteBuilder endpoints)
    {
        // Read now, so that stored reports are there before the first request and a bad folder stops the start.
        endpoints.ServiceProvider.GetRequiredService<BotReports>();
        endpoints.ServiceProvider.GetRequiredService<OrderBook>();
        var web = endpoints.MapGroup("").AddEndpointFilter<StatusAccess>();
        StatusPages.Map(web);
        StatusApi.Map(web);
        TaskApi.Map(web);
        TaskEvents.Map(web);
        ChangeFeed.Map(web);
        ApiDescriptions.Map(web);
        ActionApi.Map(web);
        OrderApi.Map(web);
        SignIn.Map(web);
        web.Map("/api/{**rest}", () => StatusApi.Error(StatusCodes.Status404NotFound, "Not found"));
        return endpoints;
    }

    private static void AddAccess(IServiceCollection services)
    {
        services.AddSingleton<TokenCheck>().AddSingleton<OperatorSessions>().AddSingleton<SignIn>().AddSingleton<StatusAccess>();
        services.AddAuthentication(OperatorSessions.Scheme).AddCookie(OperatorSessions.Scheme);
        services.AddOptions<CookieAuthenticationOptions>(OperatorSessions.Scheme).Configure<OperatorSessions>((cookies, sessions) => sessions.Configure(cookies));
        services.Configure<AntiforgeryOptions>(forms =>
        {
            forms.Cookie.Name = "claude_bot_form";
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.FormFieldName = "form_token";
            forms.SuppressXFrameOptionsHeader = true;
        });
    }
}
