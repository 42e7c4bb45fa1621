using System.Text.Json;
using ClaudeBot.Configuration;
using ClaudeBot.Operations;
using ClaudeBot.StatusWeb;

namespace ClaudeBot.Hosting;

/// <summary>Puts the status web into a host.</summary>
internal static class StatusWebHosting
{
    /// <param name="inBot">True: it shares the bot's process and ledger, and the bot reports to it without HTTP.</param>
    public static IServiceCollection AddStatusWeb(this IServiceCollection services, BotConfiguration configuration, bool inBot)
    {
        services.AddSingleton(new StatusWebOptions
        {
            DataDirectory = inBot && !configuration.IsSet(DoorSettings.StatusDataDirectory)
                ? Path.Combine(configuration.DataDirectory, "status-web")
                : configuration.Get(DoorSettings.StatusDataDirectory)!,
            Token = configuration.Secret(BotSettings.StatusToken),
            ReportInterval = configuration.Get(BotSettings.StatusReportInterval),
            GitHubServer = configuration.Get(GitHubSettings.ServerUrl)!,
        });
        if (inBot)
            services.AddSingleton<StatusListener>(provider => (status, token) => provider.GetRequiredService<BotReports>().AcceptAsync(status.BotId, JsonSerializer.SerializeToNode(status, ReportJson.Form)!.AsObject(), token));
        return services.AddStatusWeb();
    }
}
