using ClaudeBot.Configuration;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Where the log files lie.</summary>
internal static class LogFolder
{
    private const long Largest = 10 * 1024 * 1024;

    /// <summary>
    /// The file of a process; null where there are none: without <c>BOT_LOG_DIR</c> the default folder, which images and
    /// packages bring, is used where it exists. One that is set is made.
    /// </summary>
    /// <param name="name">Of the file, without its ending.</param>
    public static LogFile? Open(BotConfiguration configuration, string name)
    {
        var folder = configuration.Get(BotSettings.LogDirectory)!;
        if (configuration.IsSet(BotSettings.LogDirectory))
            TryCreate(folder);
        else if (!Directory.Exists(folder))
            return null;
        return new LogFile(folder, name, Largest);
    }

    // What is wrong with it is told with the first line that cannot be written.
    private static void TryCreate(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
