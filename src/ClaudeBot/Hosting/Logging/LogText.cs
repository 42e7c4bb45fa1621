using System.Text;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Makes text from outside safe for one line of a log or a terminal.</summary>
public static class LogText
{
    /// <summary>Line ends become <c>\n</c> and <c>\r</c>, every other control character (ANSI escapes, too) <c>\xNN</c>.</summary>
    public static string OneLine(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f') && !text.AsSpan().ContainsAny('\u2028', '\u2029'))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => safe.Append("\\n"),
                '\r' => safe.Append("\\r"),
                '\t' => safe.Append("\\t"),
                _ when char.IsControl(character) => safe.Append("\\x").Append(((int)character).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)),
                '\u2028' or '\u2029' => safe.Append("\\n"),
                _ => safe.Append(character),
            };
        }

        return safe.ToString();
    }
}
