using System.Buffers;

namespace ClaudeBot.Secrets;

/// <summary>Tells a drawn secret from words, names and placeholders.</summary>
internal static class Randomness
{
    private static readonly SearchValues<string> Placeholders = SearchValues.Create(
        ["example", "xxxx", "your", "placeholder", "changeme", "change-me", "change_me", "dummy", "redacted", "insert", "replace", "abcdef", "123456", "..."],
        StringComparison.OrdinalIgnoreCase);

    // Values that the OAuth standards print, which documentation copies: RFC 5849, 6749 and 6750.
    private static readonly SearchValues<string> Printed = SearchValues.Create(
        ["dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "0685bd9184jfhq22", "ad180jjd733klru7", "wOJIO9A2W5mFwDgiDvZbTSMK", "2YotnFZFEjr1zCsicMWpAA", "tGzv3JOkF0XG5Qx2TlKWIA", "czZCaGRSa3F0MzpnWDFmQmF0M2", "SplxlOBeZQQYbYW6WxSbIA", "mF_9.B5f-4.1JqM"],
        StringComparison.Ordinal);

    /// <summary>Shannon's entropy of the characters, in bits for each.</summary>
    public static double Entropy(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return 0;
        Span<int> counts = stackalloc int[128];
        foreach (var c in text)
            counts[c & 127]++;
        var entropy = 0.0;
        foreach (var count in counts)
        {
            if (count > 0)
                entropy -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        }

        return entropy;
    }

    public static bool IsPlaceholder(ReadOnlySpan<char> text) => text.ContainsAny(Placeholders) || text.ContainsAny(Printed);

    /// <summary>
    /// True when characters are mixed as no word, name, version or path mixes them: letters and digits change places at least
    /// three times without a separator between, or small letters, capitals and digits do so all the time.
    /// </summary>
    public static bool IsMixed(ReadOnlySpan<char> text)
    {
        var (digits, classes) = (0, 0);
        for (var i = 1; i < text.Length; i++)
        {
            var (before, now) = (Class(text[i - 1]), Class(text[i]));
            if (before == 0 || now == 0 || before == now)
                continue;
            classes++;
            if (before == 3 || now == 3)
                digits++;
        }

        return digits >= 3 || classes > text.Length * 0.45;
    }

    private static int Class(char c) => char.IsAsciiLetterLower(c) ? 1 : char.IsAsciiLetterUpper(c) ? 2 : char.IsAsciiDigit(c) ? 3 : 0;
}
