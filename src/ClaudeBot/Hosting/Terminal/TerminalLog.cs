using ClaudeBot.Hosting.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;

namespace ClaudeBot.Hosting.Terminal;

/// <summary>Writes the usual log lines through the terminal's own writer, so that they scroll by above the live table.</summary>
[ProviderAlias("Terminal")]
internal sealed class TerminalLog(IAnsiConsole console, IEnumerable<ConsoleFormatter> formatters) : ILoggerProvider, ISupportExternalScope
{
    private readonly BotConsoleFormatter _formatter = formatters.OfType<BotConsoleFormatter>().Single();
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private void Write<TState>(in LogEntry<TState> entry)
    {
        using var line = new StringWriter();
        _formatter.Write(entry, _scopes, line);
        var style = entry.LogLevel switch
        {
            LogLevel.Warning => new Style(Color.Yellow),
            LogLevel.Error or LogLevel.Critical => new Style(Color.Red),
            _ => Style.Plain,
        };
        console.WriteLine(line.ToString().TrimEnd(), style);
    }

    private sealed class Lines(TerminalLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
    }
}
