using System.Globalization;
using ClaudeBot.Queue;

namespace ClaudeBot.StatusWeb.Pages;

/// <summary>How figures are written on the pages.</summary>
internal static class Words
{
    /// <summary><c>1h 2m</c>, <c>3m 4s</c>, <c>5s</c>; a dash for null.</summary>
    public static string Duration(double? seconds) => seconds is not { } value ? "–" : Duration(TimeSpan.FromSeconds(Math.Max(0, value)));

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => $"{(int)span.TotalDays}d {span.Hours}h",
        { TotalHours: >= 1 } => $"{(int)span.TotalHours}h {span.Minutes}m",
        { TotalMinutes: >= 1 } => $"{span.Minutes}m {span.Seconds}s",
        _ => $"{span.Seconds}s",
    };

    public static string Usd(decimal usd) => string.Create(CultureInfo.InvariantCulture, $"${usd:#,0.00}");

    public static string State(TaskState state) => state == TaskState.NeedsInput ? "needs input" : state.Word();

    /// <summary>Binary units, three digits: <c>812 MiB</c>, <c>1.25 GiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (value, unit) = ((double)Math.Max(0, bytes), 0);
        while (value >= 1000 && unit < units.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return string.Create(CultureInfo.InvariantCulture, $"{value:G3} {units[unit]}");
    }

    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary><c>1 task</c>, <c>2 tasks</c>.</summary>
    public static string Count(long number, string one, string? many = null) => $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>The beginning, up to a length, with an ellipsis where something is missing.</summary>
    public static string Short(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
