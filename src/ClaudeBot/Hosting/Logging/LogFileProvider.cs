using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Writes every line of the console's log to a file too: the same lines, made and masked by the same formatter.</summary>
internal sealed class LogFileProvider(LogFile file, BotConsoleFormatter formatter) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => file.Dispose();

    private void Write<TState>(in LogEntry<TState> entry)
    {
        using var line = new StringWriter { NewLine = "\n" };
        formatter.Write(entry, _scopes, line);
        file.Write(line.ToString());
    }

    private sealed class Lines(LogFileProvider log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
    }
}
