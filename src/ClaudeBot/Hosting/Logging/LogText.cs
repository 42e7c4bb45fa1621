using System.Globalization;
using System.Text;

namespace ClaudeBot.Hosting.Logging;

/// <summary>Makes text from outside safe for one line of a log or a terminal.</summary>
public static class LogText
{
    /// <summary>
    /// Line ends become <c>\n</c> and <c>\r</c>, other control characters (those that start ANSI and OSC sequences, too)
    /// <c>\xNN</c>; what is invisible or turns the direction of reading (Unicode's Cf: bidi controls, zero-width
    /// characters, tags) and halves of surrogate pairs become <c>\uNNNN</c>.
    /// </summary>
    public static string OneLine(string text)
    {
        if (Ascii.IsValid(text) && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.Contains('\u007f'))
            return text;
        var safe = new StringBuilder(text.Length + 16);
        for (var rest = text.AsSpan(); rest.Length > 0;)
        {
            var isWhole = Rune.DecodeFromUtf16(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            safe.Append(isWhole ? Shown(rune) ?? rest[..length] : $"\\u{(int)rest[0]:x4}");
            rest = rest[length..];
        }

        return safe.ToString();
    }

    /// <summary>The escape of a character that must not be written as it is; null for all others.</summary>
    private static string? Shown(Rune rune) => rune.Value switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u2028' or '\u2029' => "\\n",
        _ when Rune.IsControl(rune) => $"\\x{rune.Value:x2}",
        _ when Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format => rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}",
        _ => null,
    };
}
