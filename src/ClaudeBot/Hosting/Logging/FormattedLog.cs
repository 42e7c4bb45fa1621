using Microsoft.Extensions.Logging.Abstractions;

namespace ClaudeBot.Hosting.Logging;

/// <summary>A log of the same lines as the console's, made and masked by the same formatter, for another place.</summary>
internal abstract class FormattedLog(BotConsoleFormatter formatter) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public abstract void Dispose();

    /// <param name="line">With its end.</param>
    protected abstract void Write(LogLevel level, string line);

    private void Write<TState>(in LogEntry<TState> entry)
    {
        using var line = new StringWriter { NewLine = "\n" };
        formatter.Write(entry, _scopes, line);
        Write(entry.LogLevel, line.ToString());
    }

    private sealed class Lines(FormattedLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
    }
}
