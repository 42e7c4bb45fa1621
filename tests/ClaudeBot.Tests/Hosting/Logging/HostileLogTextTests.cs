using System.Globalization;
using System.Text;
using System.Text.Json;
using ClaudeBot.Hosting.Logging;
using ClaudeBot.Secrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Hosting.Logging;

/// <summary>Texts that forge lines, steer terminals or hide words, through the formatter that the bot logs with.</summary>
public sealed class HostileLogTextTests
{
    public static TheoryData<string> Hostile =>
    [
        // Forged lines
        "x\n2026-03-04T03:06:07.089Z ERROR QueueWorker forged",
        "x\r2026-03-04T03:06:07.089Z INFO forged",
        "x\r\n\r\n{\"level\":\"ERROR\"}",
        "x\v\ff\u0085n\u2028l\u2029p",
        "nul \0 and backspace \b\b\b and delete \u007f",
        // ANSI (ECMA-48) with ESC and with C1
        "\u001b[2J\u001b[H\u001b[31mred\u001b[0m",
        "\u001b[8mhidden\u001b[28m",
        "\u001b[1A\u001b[2Kover the line before",
        "\u009b2J\u009b31m",
        "\u001b[6n\u001b[c\u001b[>c",
        "\u001b[?1049h\u001b[?25l",
        "\u001bc\u001b7\u001b8",
        // OSC: titles, links, clipboard; with BEL, ST and C1 ends
        "\u001b]0;title\u0007",
        "\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\",
        "\u001b]52;c;ZXZpbA==\u0007",
        "\u009d8;;https://evil.example\u009cclick\u009d8;;\u009c",
        "\u001bP+q544e\u001b\\",
        "\u0090payload\u009c \u0098sos\u009c \u009epm\u009c \u009fapc\u009c",
        // Trojan Source: bidi overrides, isolates, marks
        "access\u202eтxt.exe\u202c",
        "\u202a\u202b\u202c\u202d\u202e",
        "\u2066left\u2067right\u2068first\u2069",
        "\u061c\u200e\u200f",
        // Invisible
        "za\u200bl\u200cg\u200do\ufeff\u2060\u00ad",
        "\U000e0001\U000e0068\U000e0069\U000e007f",
        "\ufff9a\ufffab\ufffb",
        "half \ud83d and \ude00 halves",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_line_of_text_stays_one_line_of_visible_characters(string text)
    {
        var line = Write(text, json: false);

        line.ShouldStartWith("2026-03-04T05:06:07.000Z WARNING QueueWorker [task-");
        line.Count(letter => letter == '\n').ShouldBe(1);
        line.TrimEnd('\n').EnumerateRunes().Where(IsUnseen).ShouldBeEmpty();
        line.ShouldContain("\\", Case.Sensitive);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_JSON_line_stays_one_object_of_visible_characters_and_keeps_the_text(string text)
    {
        var line = Write(text, json: true);

        line.Count(letter => letter == '\n').ShouldBe(1);
        line.TrimEnd('\n').EnumerateRunes().Where(IsUnseen).ShouldBeEmpty();
        var json = JsonElement.Parse(line);
        json.EnumerateObject().Select(field => field.Name).ShouldBe(["timestamp", "level", "category", "task_id", "message", "exception"]);
        if (!text.Contains("half", StringComparison.Ordinal))
            json.GetProperty("message").GetString().ShouldBe(text);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("Grüße, 世界, 🚀 → ok")]
    [InlineData("C:\\path\\n is no line end")]
    public void Harmless_text_is_left_alone(string text) => LogText.OneLine(text).ShouldBe(text);

    private static bool IsUnseen(Rune rune) =>
        rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Write(string text, bool json)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object?> { [BotConsoleFormatter.TaskIdKey] = "task-" + text });
        var entry = new LogEntry<string>(LogLevel.Warning, "ClaudeBot.Queue.QueueWorker", default, text, new InvalidOperationException(text), (state, _) => state);
        new BotConsoleFormatter(new LogLineOptions(json), new SecretMask(), new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero))).Write(entry, scopes, output);
        return output.ToString();
    }
}
