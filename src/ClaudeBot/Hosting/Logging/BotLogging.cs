using ClaudeBot.Configuration;
using Microsoft.Extensions.Logging.Console;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Sets the log up as the settings say.</summary>
internal static class BotLogging
{
    /// <param name="fileName">Of the log file, without its ending.</param>
    public static ILoggingBuilder AddBotLogging(this ILoggingBuilder logging, BotConfiguration configuration, string fileName)
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
        if (LogFolder.Open(configuration, fileName) is { } file)
        {
            logging.Services.AddSingleton(file).AddHostedService<LogFileNotice>();
            logging.Services.AddSingleton<ILoggerProvider>(provider => new LogFileProvider(file, provider.GetServices<ConsoleFormatter>().OfType<BotConsoleFormatter>().Single()));
        }

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
