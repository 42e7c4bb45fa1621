using System.Globalization;

namespace ClaudeBot.Configuration;

/// <summary>Durations: <c>90s</c>, <c>5m</c>, <c>1h</c>, or a plain number in the setting's own unit.</summary>
public static class DurationKind
{
    /// <summary>A duration whose plain number counts minutes.</summary>
    public static SettingKind<TimeSpan> Minutes(TimeSpan least, TimeSpan most) => Of(TimeSpan.FromMinutes(1), "minutes", least, most);

    /// <summary>A duration whose plain number counts seconds.</summary>
    public static SettingKind<TimeSpan> Seconds(TimeSpan least, TimeSpan most) => Of(TimeSpan.FromSeconds(1), "seconds", least, most);

    /// <summary>A duration whose plain number counts hours.</summary>
    public static SettingKind<TimeSpan> Hours(TimeSpan least, TimeSpan most) => Of(TimeSpan.FromHours(1), "hours", least, most);

    /// <summary>A duration whose plain number counts days.</summary>
    public static SettingKind<TimeSpan> Days(TimeSpan least, TimeSpan most) => Of(TimeSpan.FromDays(1), "days", least, most);

    private static SettingKind<TimeSpan> Of(TimeSpan unit, string unitName, TimeSpan least, TimeSpan most) => new(
        $"{unitName}, or 30s, 5m, 1h; {Shortest(least)} to {Shortest(most)}",
        text => Read(text, unit, unitName, least, most),
        value => (value / unit).ToString(CultureInfo.InvariantCulture));

    private static TimeSpan Read(string text, TimeSpan unit, string unitName, TimeSpan least, TimeSpan most)
    {
        var (digits, scale) = char.ToLowerInvariant(text[^1]) switch
        {
            's' => (text[..^1], TimeSpan.FromSeconds(1)),
            'm' => (text[..^1], TimeSpan.FromMinutes(1)),
            'h' => (text[..^1], TimeSpan.FromHours(1)),
            'd' => (text[..^1], TimeSpan.FromDays(1)),
            _ => (text, unit),
        };
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * scale.TotalDays > TimeSpan.MaxValue.TotalDays / 2)
            throw new FormatException($"'{text}' is not a duration; write a number of {unitName}, or 30s, 5m, 1h");
        var value = number * scale;
        if (value < least || value > most)
            throw new FormatException($"'{text}' is out of range; write {Shortest(least)} to {Shortest(most)}");
        return value;
    }

    /// <summary>The shortest spelling: <c>15m</c>, <c>90s</c>.</summary>
    public static string Shortest(TimeSpan value) => value switch
    {
        { TotalDays: >= 1 } when value.TotalDays % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalDays}d"),
        { TotalHours: >= 1 } when value.TotalHours % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalHours}h"),
        { TotalMinutes: >= 1 } when value.TotalMinutes % 1 == 0 => string.Create(CultureInfo.InvariantCulture, $"{value.TotalMinutes}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value.TotalSeconds}s"),
    };
}
