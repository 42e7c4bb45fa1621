using System.Text.Json;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Hosting.Logging;

public sealed class LogLineTests
{
    private readonly SecretMask _mask = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(2)));
    private readonly LoggerExternalScopeProvider _scopes = new();

    [Fact]
    public void A_line_has_time_in_UTC_level_category_and_message() =>
        Write(LogLevel.Warning, "rate limit reached").ShouldBe("2026-03-04T03:06:07.089Z WARNING QueueWorker rate limit reached\n");

    [Theory]
    [InlineData(LogLevel.Trace, "DEBUG")]
    [InlineData(LogLevel.Debug, "DEBUG")]
    [InlineData(LogLevel.Information, "INFO")]
    [InlineData(LogLevel.Warning, "WARNING")]
    [InlineData(LogLevel.Error, "ERROR")]
    [InlineData(LogLevel.Critical, "ERROR")]
    public void The_level_words_are_those_that_operators_search_for(LogLevel level, string word) =>
        Write(level, "x").Split(' ')[1].ShouldBe(word);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_task_id_of_the_scope_stands_on_every_line(bool json)
    {
        using var scope = _scopes.Push(new Dictionary<string, object?> { ["TaskId"] = "acme--shop--issue-1-abc234" });
        var line = Write(LogLevel.Information, "done task_duration=3.2s", json: json);
        if (json)
            JsonElement.Parse(line).GetProperty("task_id").GetString().ShouldBe("acme--shop--issue-1-abc234");
        else
            line.ShouldEndWith(" [acme--shop--issue-1-abc234] done task_duration=3.2s\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Secrets_are_masked_in_message_and_exception(bool json)
    {
        _mask.Register("very-secret-token");
        var line = Write(LogLevel.Error, "sent very-secret-token", new InvalidOperationException("very-secret-token refused"), json);
        line.ShouldNotContain("very-secret-token");
        line.ShouldContain("sent ***");
        line.ShouldContain("*** refused");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_secret_that_escaping_would_change_is_masked_all_the_same(bool json)
    {
        _mask.Register("ab+cd/<ef>&\"gh");
        _mask.Register("-----BEGIN KEY-----\nbm8ga2V5\n-----END KEY-----");
        var line = Write(LogLevel.Error, "sent ab+cd/<ef>&\"gh", new InvalidOperationException("key -----BEGIN KEY-----\nbm8ga2V5\n-----END KEY----- refused"), json);
        line.ShouldContain("sent ***");
        line.ShouldContain("key *** refused");
        line.ShouldNotContain("bm8ga2V5");
    }

    [Theory]
    [InlineData("two\r\nlines", "two\\r\\nlines")]
    [InlineData("red \u001b[31mtext", "red \\x1b[31mtext")]
    [InlineData("c1 \u009b2J", "c1 \\x9b2J")]
    [InlineData("separator \u2028 here", "separator \\n here")]
    [InlineData("tab\there", "tab\\there")]
    public void Text_from_outside_can_neither_end_the_line_nor_steer_a_terminal(string text, string shown) =>
        Write(LogLevel.Information, text).ShouldEndWith($"QueueWorker {shown}\n");

    [Fact]
    public void An_event_with_an_exception_is_one_line()
    {
        var line = Write(LogLevel.Error, "failed", Thrown());
        line.TrimEnd('\n').ShouldNotContain("\n");
        line.ShouldContain("failed | System.InvalidOperationException: first\\nsecond\\n   at ");
    }

    [Fact]
    public void The_JSON_form_is_one_object_a_line_with_the_same_level_words()
    {
        var line = Write(LogLevel.Error, "two\nlines", Thrown(), json: true);
        line.TrimEnd('\n').ShouldNotContain("\n");
        var json = JsonElement.Parse(line);
        json.EnumerateObject().Select(field => field.Name).ShouldBe(["timestamp", "level", "category", "message", "exception"]);
        json.GetProperty("level").GetString().ShouldBe("ERROR");
        json.GetProperty("message").GetString().ShouldBe("two\nlines");
        json.GetProperty("timestamp").GetString().ShouldBe("2026-03-04T03:06:07.089Z");
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("first\nsecond");
        }
        catch (InvalidOperationException error)
        {
            return error;
        }
    }

    private string Write(LogLevel level, string message, Exception? error = null, bool json = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var entry = new LogEntry<string>(level, "ClaudeBot.Queue.QueueWorker", default, message, error, (state, _) => state);
        new BotConsoleFormatter(new LogLineOptions(json), _mask, _time).Write(entry, _scopes, output);
        return output.ToString();
    }
}
