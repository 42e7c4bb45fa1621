using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;

namespace ClaudeBot.Operations.Monitoring;

/// <summary>
/// Counts the log's lines of level ERROR, whether or not LOG_LEVEL lets them through: what an operator finds with
/// <c>grep ERROR</c> is what <c>claude_bot_errors_total</c> rose by.
/// </summary>
internal sealed class LoggedErrors : Meter, ILoggerProvider
{
    private const string Product = "ClaudeBot.";
    private const string Library = "library";
    private const string Other = "other";

    private readonly Counter<long> _errors;

    public LoggedErrors()
        : base("ClaudeBot.Operations.Errors") =>
        _errors = CreateCounter<long>("claude_bot_errors_total");

    /// <summary>The errors that the product's code may log: error type and component of each.</summary>
    public static IEnumerable<string[]> Known()
    {
        var methods = new[] { typeof(TaskId).Assembly, typeof(LoggedErrors).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic));
        return
        [
            .. from method in methods
               let message = method.GetCustomAttribute<LoggerMessageAttribute>()
               where message is { Level: LogLevel.Error or LogLevel.Critical }
               select (string[])[TypeOf(message.EventName ?? method.Name), ComponentOf(method.DeclaringType!.FullName!)],
            [Other, Library],
        ];
    }

    public ILogger CreateLogger(string categoryName) => new Counting(_errors, ComponentOf(categoryName));

    private static string ComponentOf(string category) => category.StartsWith(Product, StringComparison.Ordinal) && category.Split('.') is [_, var room, _, ..]
        ? room.ToLowerInvariant()
        : Library;

    private static string TypeOf(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private sealed class Counting(Counter<long> errors, string component) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Add(1, new("error_type", component != Library && eventId.Name is { } name ? TypeOf(name) : Other), new("component", component));
        }
    }
}
