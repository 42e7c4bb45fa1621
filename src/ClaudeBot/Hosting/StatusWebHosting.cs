using System.Text.Json;
using ClaudeBot.Configuration;
using ClaudeBot.Operations;
using ClaudeBot.StatusWeb;
using ClaudeBot.StatusWeb.Reports;

namespace ClaudeBot.Hosting;

/// <summary>Puts the status web into a host.</summary>
internal static class StatusWebHosting
{
    /// <exception cref="UnavailableException">Its folder cannot be made.</exception>
    /// <param name="inBot">True: it shares the bot's process and ledger, and the bot reports to it without HTTP.</param>
    public static IServiceCollection AddStatusWeb(this IServiceCollection services, BotConfiguration configuration, bool inBot)
    {
        var options = configuration.StatusWeb(inBot);
        try
        {
            Directory.CreateDirectory(options.DataDirectory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UnavailableException($"The folder {options.DataDirectory} for the status web's reports cannot be made. Give this user write permission, or set STATUS_DATA_DIR to another folder.");
        }

        services.AddSingleton(options);
        if (inBot)
            services.AddSingleton<StatusListener>(provider => (status, token) => provider.GetRequiredService<BotReports>().AcceptAsync(status.BotId, JsonSerializer.SerializeToNode(status, ReportJson.Form)!.AsObject(), token));
        return services.AddStatusWeb();
    }

    public static StatusWebOptions StatusWeb(this BotConfiguration configuration, bool inBot) => new()
    {
        DataDirectory = inBot && !configuration.IsSet(DoorSettings.StatusDataDirectory)
            ? Path.Combine(configuration.DataDirectory, "status-web")
            : configuration.Get(DoorSettings.StatusDataDirectory)!,
        Token = configuration.Secret(BotSettings.StatusToken),
        ReadsNeedToken = !configuration.Get(BotSettings.StatusPublic),
        ReportInterval = configuration.Get(BotSettings.StatusReportInterval),
        GitHubServer = configuration.Get(GitHubSettings.ServerUrl)!,
        TranscriptDirectory = inBot ? Path.Combine(configuration.DataDirectory, "transcripts") : null,
    };
}
