using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ClaudeBot.Secrets;

/// <summary>Undoes the ways in which a text can hold another text that a reader, or a program, gets out again.</summary>
internal static partial class Unveiling
{
    private const string Gzip = "\u001f\u008b\u0008";
    private const int LargestUnpacked = 4 * 1024 * 1024;
    private const int MostPacked = 64;

    /// <summary>What the text says when it is decoded once, in each of the ways that it may have been encoded.</summary>
    /// <exception cref="InvalidDataException">It holds more packed pieces than are looked into.</exception>
    public static IEnumerable<string> Once(string text)
    {
        var packed = 0;
        if (text.AsSpan().IndexOfAny("\\%&=") >= 0)
            yield return Escape().Replace(WebUtility.HtmlDecode(text), Unescaped);
        foreach (var decoded in Decoded(HexRun().Matches(text), places: 2, Hex).Concat(Decoded(Base64Run().Matches(text), places: 4, Base64)))
            yield return decoded;
        foreach (Match run in NumberRun().Matches(text))
            yield return Numbers(run.Value);
        for (var at = text.IndexOf(Gzip, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Gzip, at + 1, StringComparison.Ordinal))
            yield return ++packed > MostPacked ? throw TooManyPacked() : Unpacked(text[at..]);
        if (IsZlib(text))
            yield return Unpacked(text);
    }

    /// <summary>Letters and digits alone: what is left of a text that was spread out, joined from pieces or written in wide characters.</summary>
    public static string Squeezed(string text)
    {
        var squeezed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                squeezed.Append(c);
        }

        return squeezed.ToString();
    }

    // A run may begin inside a group of digits: each place in a group is tried, and all runs of one place are one text.
    private static IEnumerable<string> Decoded(MatchCollection runs, int places, Func<string, int, string> decode)
    {
        var packed = 0;
        for (var place = 0; place < places && runs.Count > 0; place++)
        {
            var text = new StringBuilder();
            foreach (Match run in runs)
            {
                var decoded = decode(run.Value, place);
                text.Append(decoded).Append('\n');
                if (IsZlib(decoded))
                    yield return ++packed > MostPacked ? throw TooManyPacked() : Unpacked(decoded);
            }

            yield return text.ToString();
        }
    }

    private static string Unescaped(Match match)
    {
        var digits = match.Groups.Values.Skip(1).First(group => group.Success);
        var code = digits.Name == "octal"
            ? digits.ValueSpan.ToArray().Aggregate(0, (sum, c) => (sum * 8) + (c - '0'))
            : int.Parse(digits.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return ((char)code).ToString();
    }

    private static string Hex(string run, int place)
    {
        var digits = string.Concat(HexMarks().Replace(run, "").Where(char.IsAsciiHexDigit));
        return Encoding.Latin1.GetString(Convert.FromHexString(digits.AsSpan(place, (digits.Length - place) / 2 * 2)));
    }

    private static string Numbers(string run) =>
        string.Concat(Number().Matches(run).Select(match => (char)int.Parse(match.ValueSpan, CultureInfo.InvariantCulture)));

    private static string Base64(string run, int place)
    {
        var digits = Base64Marks().Replace(run, "").Replace('-', '+').Replace('_', '/')[place..];
        var rest = digits.Length % 4;
        digits = rest < 2 ? digits[..^rest] : digits.PadRight(digits.Length + 4 - rest, '=');
        return Encoding.Latin1.GetString(Convert.FromBase64String(digits));
    }

    private static InvalidDataException TooManyPacked() => new($"The text holds more than {MostPacked} packed pieces.");

    // The first bytes of a packed file: RFC 1952 and RFC 1950.
    private static bool IsZlib(string text) => text is ['x', '\u0001' or '^' or '\u009c' or '\u00da', _, ..];

    private static string Unpacked(string text)
    {
        using var packed = new MemoryStream(Encoding.Latin1.GetBytes(text));
        using Stream stream = text[0] == 'x' ? new ZLibStream(packed, CompressionMode.Decompress) : new GZipStream(packed, CompressionMode.Decompress);
        var unpacked = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; unpacked.Length < LargestUnpacked && (read = stream.Read(buffer)) > 0;)
                unpacked.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (InvalidDataException)
        {
            // It only began like a packed file, or something else follows it.
        }

        return unpacked.ToString();
    }

    [GeneratedRegex(@"%(?<hex>[0-9a-fA-F]{2})|\\u\{?(?<hex>[0-9a-fA-F]{4})\}?|\\x(?<hex>[0-9a-fA-F]{2})|=(?<hex>[0-9A-F]{2})|\\(?<octal>[0-3][0-7]{2})")]
    private static partial Regex Escape();

    [GeneratedRegex(@"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,;""'-]{0,4}){8,}")]
    private static partial Regex HexRun();

    [GeneratedRegex(@"0x|\\x")]
    private static partial Regex HexMarks();

    [GeneratedRegex(@"(?:\b\d{2,3}[\s,;]{1,4}){7,}\d{2,3}\b")]
    private static partial Regex NumberRun();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"[A-Za-z0-9+/_-]{11,}(?:[\s""'+,\\]{1,8}[A-Za-z0-9+/_-]{11,})*={0,2}")]
    private static partial Regex Base64Run();

    // A plus sign between quotes joins pieces; anywhere else it is a digit.
    [GeneratedRegex(@"[\s""',\\]+(?:\+[\s""',\\]+)*|=+")]
    private static partial Regex Base64Marks();
}
