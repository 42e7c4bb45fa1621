using System.CommandLine.Parsing;
using System.Globalization;
using ClaudeBot.Configuration;

namespace ClaudeBot.Commands;

/// <summary>A point in time on the command line: <c>2026-01-31T08:00:00Z</c>, or so long ago, as <c>90m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class Moment
{
    public static DateTimeOffset? Read(ArgumentResult result, TimeProvider time)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        try
        {
            return time.GetUtcNow() - DurationKind.Minutes(TimeSpan.Zero, TimeSpan.FromDays(3650)).Read(text);
        }
        catch (FormatException)
        {
            result.AddError($"'{text}' is neither a time, as 2026-01-31T08:00:00Z, nor a duration, as 2h.");
            return null;
        }
    }
}
