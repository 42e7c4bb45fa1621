namespace ClaudeBot.Hosting.Logging;

/// <summary>Writes every line of the console's log to a file too.</summary>
internal sealed class LogFileProvider(LogFile file, BotConsoleFormatter formatter) : FormattedLog(formatter)
{
    public override void Dispose() => file.Dispose();

    protected override void Write(LogLevel level, string line) => file.Write(line);
}
