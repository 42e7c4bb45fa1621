using ClaudeBot.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Sets the log up as the settings say.</summary>
internal static class BotLogging
{
    public static ILoggingBuilder AddBotLogging(this ILoggingBuilder logging, BotConfiguration configuration)
    {
        var debug = configuration.Get(BotSettings.DebugMode);
        var level = debug ? LogLevel.Debug : Level(configuration.Get(BotSettings.LogLevel)!);
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        if (!debug)
        {
            foreach (var library in new[] { "Microsoft", "System", "Yarp" })
                logging.AddFilter(library, level > LogLevel.Warning ? level : LogLevel.Warning);
            // What stops the host is told once, as the program's last line.
            logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        }

        logging.Services.AddSingleton(new LogLineOptions(configuration.Get(BotSettings.StructuredLogging)));
        logging.AddConsole(console => console.FormatterName = BotConsoleFormatter.FormatterName);
        logging.AddConsoleFormatter<BotConsoleFormatter, ConsoleFormatterOptions>();
        return logging;
    }

    private static LogLevel Level(string word) => word switch
    {
        "DEBUG" => LogLevel.Debug,
        "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
