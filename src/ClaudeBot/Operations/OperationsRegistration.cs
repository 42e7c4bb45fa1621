using ClaudeBot.Configuration;
using ClaudeBot.Hosting;
using ClaudeBot.Ledger.Sqlite;
using ClaudeBot.Operations.Backups;
using ClaudeBot.Operations.Monitoring;
using ClaudeBot.Operations.Retention;
using ClaudeBot.Queue;

namespace ClaudeBot.Operations;

internal static class OperationsRegistration
{
    public static IServiceCollection AddOperations(this IServiceCollection services, BotConfiguration configuration, BotRole role)
    {
        services.AddSingleton<Readiness>().AddSingleton<StatusWebClient>();
        if (role != BotRole.Once)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<StartupNotice>(provider, role)).AddHostedService<AuthNotice>();
        // The ledger is everybody's: one process reports on it, copies it and prunes it.
        if (role is not (BotRole.Once or BotRole.Worker))
            services.AddDataCare().AddHostedService<AutomaticBackup>().AddHostedService<DailyRetention>().AddSingleton<DetailsSnapshot>().AddHostedService<StatusReporter>();
        if (role is not (BotRole.Once or BotRole.Worker) && OrderTaker.IsMeant(configuration))
            services.AddHostedService<OrderTaker>();
        return services.AddMonitoring().AddMetricsPush(configuration, isShort: role == BotRole.Once);
    }

    /// <summary>Backups and retention, for the hosts and for <c>data</c>.</summary>
    public static IServiceCollection AddDataCare(this IServiceCollection services) =>
        services.AddSingleton<BackupMaker>().AddSingleton<SqliteRetention>().AddSingleton<DataRetention>();

    /// <summary><c>/metrics</c>, <c>/health/live</c>, <c>/health/ready</c>.</summary>
    public static void MapOperations(this IEndpointRouteBuilder endpoints, BotConfiguration configuration)
    {
        if (configuration.Get(DoorSettings.Metrics))
            endpoints.MapMetrics();
        endpoints.MapGet("/health/live", () => Results.Json(new { status = "live" }));
        endpoints.MapGet("/health/ready", async (Readiness readiness, ITaskQueue queue, CancellationToken cancellationToken) =>
        {
            var report = await readiness.CheckAsync(cancellationToken);
            return Results.Json(
                new { status = report.Ready ? "ready" : "not_ready", problems = report.Problems, paused = report.Ready ? (await queue.PausedAsync(cancellationToken))?.ToString() : null },
                statusCode: report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
