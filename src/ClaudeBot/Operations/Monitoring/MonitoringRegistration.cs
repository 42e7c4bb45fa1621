using System.Diagnostics.Metrics;
using ClaudeBot.Configuration;

namespace ClaudeBot.Operations.Monitoring;

internal static class MonitoringRegistration
{
    internal const string TextFormat = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>What gathers the figures of all rooms' meters; each room puts its own among the services.</summary>
    public static IServiceCollection AddMonitoring(this IServiceCollection services) => services
        .AddSingleton<LedgerMetrics>().AddSingleton<Meter>(provider => provider.GetRequiredService<LedgerMetrics>())
        .AddSingleton<Meter>(provider => ActivatorUtilities.CreateInstance<ProcessMetrics>(provider))
        .AddSingleton<Meter>(provider => provider.GetRequiredService<StatusWebClient>().Metrics)
        .AddSingleton<LoggedErrors>().AddSingleton<Meter>(provider => provider.GetRequiredService<LoggedErrors>())
        .AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<LoggedErrors>())
        .AddLogging(logging => logging.AddFilter<LoggedErrors>(null, LogLevel.Error))
        .AddSingleton<MetricsExport>();

    /// <summary>The push to a Pushgateway, where one is named.</summary>
    /// <param name="isShort">The process makes one pass and ends.</param>
    public static IServiceCollection AddMetricsPush(this IServiceCollection services, BotConfiguration configuration, bool isShort) => configuration.Get(DoorSettings.Pushgateway) is null
        ? services
        : services
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<Pushgateway>(provider, isShort ? Pushgateway.PassJob : Pushgateway.BotJob))
            .AddHostedService(provider => ActivatorUtilities.CreateInstance<MetricsPush>(provider, isShort));

    /// <summary><c>/metrics</c>. From here on every instrument is heard: before the first service starts.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
    {
        var export = endpoints.ServiceProvider.GetRequiredService<MetricsExport>();
        endpoints.MapGet("/metrics", async (HttpContext http) =>
        {
            http.Response.ContentType = TextFormat;
            await export.WriteAsync(http.Response.Body, http.RequestAborted);
        });
    }
}
