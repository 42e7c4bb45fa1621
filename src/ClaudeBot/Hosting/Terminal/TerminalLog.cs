using ClaudeBot.Hosting.Logging;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

namespace ClaudeBot.Hosting.Terminal;

/// <summary>Writes the usual log lines through the terminal's own writer, so that they scroll by above the live table.</summary>
[ProviderAlias("Terminal")]
internal sealed class TerminalLog(IAnsiConsole console, IEnumerable<ConsoleFormatter> formatters) : FormattedLog(formatters.OfType<BotConsoleFormatter>().Single())
{
    public override void Dispose()
    {
    }

    protected override void Write(LogLevel level, string line) => console.WriteLine(line.TrimEnd(), level switch
    {
        LogLevel.Warning => new Style(Color.Yellow),
        LogLevel.Error or LogLevel.Critical => new Style(Color.Red),
        _ => Style.Plain,
    });
}
