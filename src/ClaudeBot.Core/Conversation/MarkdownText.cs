using System.Globalization;

namespace ClaudeBot.Conversation;

/// <summary>Small pieces of Markdown that hold text from outside without letting it out of its place.</summary>
public static class MarkdownText
{
    /// <summary>A fenced block whose fence is longer than any run of backticks in the text, so that the text cannot end it.</summary>
    public static string Fenced(string text)
    {
        var fence = new string('`', Math.Max(3, LongestBacktickRun(text) + 1));
        return $"{fence}text\n{text.ReplaceLineEndings("\n").TrimEnd()}\n{fence}";
    }

    /// <summary>Inline code for a table cell or a sentence, in one line.</summary>
    public static string Code(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        var ticks = new string('`', LongestBacktickRun(line) + 1);
        var pad = line.StartsWith('`') || line.EndsWith('`') ? " " : "";
        return line.Length == 0 ? "" : $"{ticks}{pad}{line.Replace("|", "\\|", StringComparison.Ordinal)}{pad}{ticks}";
    }

    /// <summary>A length of time for people: <c>0.4 s</c>, <c>12 s</c>, <c>3 min 05 s</c>, <c>1 h 02 min</c>.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalSeconds} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes:00} min"),
    };

    /// <summary>US dollars: <c>$0.0042</c> under ten cents, else <c>$1.23</c>.</summary>
    public static string Dollars(decimal usd) => usd is > 0 and < 0.1m
        ? string.Create(CultureInfo.InvariantCulture, $"${usd:0.0000}")
        : string.Create(CultureInfo.InvariantCulture, $"${usd:0.00}");

    private static int LongestBacktickRun(string text)
    {
        var longest = 0;
        var run = 0;
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
