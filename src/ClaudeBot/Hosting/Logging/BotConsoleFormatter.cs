using System.Text.Json;
using System.Text.Json.Nodes;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ClaudeBot.Hosting.Logging;

/// <summary>How log lines look.</summary>
public sealed record LogLineOptions(bool Json);

/// <summary>
/// Writes one event a line: UTC time, level word, short category, task id when the event belongs to a task, message, exception.
/// Secrets are masked here, so that no caller can forget it, and before anything is escaped: a secret with a line end,
/// a quote or a plus sign would not be known again afterwards.
/// </summary>
public sealed class BotConsoleFormatter(LogLineOptions options, SecretMask mask, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "claude-bot";

    /// <summary>The key in a log scope that carries the task id.</summary>
    public const string TaskIdKey = "TaskId";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = mask.Mask(logEntry.Formatter(logEntry.State, logEntry.Exception));
        var at = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var category = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var taskId = Masked(TaskId(scopeProvider) ?? TaskId(logEntry.State));
        var error = Masked(logEntry.Exception?.ToString());
        var line = options.Json
            ? Json(at, Word(logEntry.LogLevel), category, taskId, message, error)
            : Plain(at, Word(logEntry.LogLevel), category, taskId, message, error);
        textWriter.WriteLine(line);
    }

    private string? Masked(string? text) => text is null ? null : mask.Mask(text);

    /// <summary>The level words that operators search for.</summary>
    public static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARNING",
        _ => "ERROR",
    };

    // The message comes last, so that a line about an ended task ends in task_duration=…s.
    private static string Plain(string at, string level, string category, string? taskId, string message, string? error)
    {
        var task = taskId is null ? "" : $" [{LogText.OneLine(taskId)}]";
        var exception = error is null ? "" : " | " + LogText.OneLine(error);
        return $"{at} {level} {category}{task} {LogText.OneLine(message)}{exception}";
    }

    private static string Json(string at, string level, string category, string? taskId, string message, string? error)
    {
        var line = new JsonObject { ["timestamp"] = at, ["level"] = level, ["category"] = category };
        if (taskId is not null)
            line["task_id"] = taskId;
        line["message"] = message;
        if (error is not null)
            line["exception"] = error;
        return line.ToJsonString(JsonSerializerOptions.Web);
    }

    private static string? TaskId(IExternalScopeProvider? scopes)
    {
        string? found = null;
        scopes?.ForEachScope((scope, _) => found = TaskId(scope) ?? found, 0);
        return found;
    }

    private static string? TaskId<TState>(TState state) =>
        state is IEnumerable<KeyValuePair<string, object?>> pairs
            ? pairs.FirstOrDefault(pair => pair.Key is TaskIdKey or "task_id").Value?.ToString()
            : null;
}
