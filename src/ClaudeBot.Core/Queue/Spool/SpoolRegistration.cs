using System.Diagnostics.Metrics;
using ClaudeBot.Ledger.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ClaudeBot.Queue.Spool;

public static class SpoolRegistration
{
    /// <summary>
    /// The operator's window on the queue, for a single machine: needs <see cref="SpoolOptions"/> and the ledger in
    /// SQLite. Register it before the worker, so that the folders are there before the first claim.
    /// </summary>
    public static IServiceCollection AddSpool(this IServiceCollection services)
    {
        services.AddSpoolCheck();
        services.AddHostedService<SpoolService>();
        return services;
    }

    /// <summary>What a worker needs that shares the data folder with the process that keeps the spool: it looks at a task's file at the claim.</summary>
    public static IServiceCollection AddSpoolCheck(this IServiceCollection services)
    {
        services.AddSingleton<DataFolder>();
        services.AddSingleton<SqliteSpoolStore>();
        services.AddSingleton<Quarantine>().AddSingleton<Meter>(provider => ActivatorUtilities.CreateInstance<SpoolMetrics>(provider));
        services.AddSingleton<SpoolAdoption>();
        services.AddSingleton<SpoolFiling>();
        services.AddSingleton<Spool>();
        services.AddSingleton<ClaimCheck>(provider => provider.GetRequiredService<Spool>().CheckClaimAsync);
        return services;
    }
}
