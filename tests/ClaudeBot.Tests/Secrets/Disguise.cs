using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace ClaudeBot.Tests.Secrets;

/// <summary>What a program can do to a secret before it sends it out, by name.</summary>
internal static class Disguise
{
    public static IReadOnlyDictionary<string, Func<string, string>> All { get; } = new Dictionary<string, Func<string, string>>
    {
        ["plain"] = s => s,
        ["reversed"] = s => string.Concat(s.Reverse()),
        ["base64"] = s => Base64(s),
        ["base64 one byte in"] = s => Base64("x" + s),
        ["base64 two bytes in"] = s => Base64("xy" + s),
        ["base64 that begins in the middle of a group"] = s => Base64(s)[1..],
        ["base64 in lines"] = s => Convert.ToBase64String(Encoding.UTF8.GetBytes(s), Base64FormattingOptions.InsertLineBreaks),
        ["base64 joined from pieces"] = s => string.Join("\" +\n  \"", Base64(s).Chunk(12).Select(c => new string(c))),
        ["base64url"] = s => Base64(s).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
        ["base64 twice"] = s => Base64(Base64(s)),
        ["hex in lower case"] = s => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s)),
        ["hex in upper case"] = s => Convert.ToHexString(Encoding.UTF8.GetBytes(s)),
        ["hex with colons"] = s => string.Join(':', Encoding.UTF8.GetBytes(s).Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),
        ["a C array"] = s => string.Join(", ", Encoding.UTF8.GetBytes(s).Select(b => "0x" + b.ToString("X2", CultureInfo.InvariantCulture))),
        ["decimal numbers"] = s => string.Join(", ", Encoding.UTF8.GetBytes(s)),
        ["percent"] = s => string.Concat(s.Select(c => "%" + ((int)c).ToString("X2", CultureInfo.InvariantCulture))),
        ["decimal entities"] = s => string.Concat(s.Select(c => $"&#{(int)c};")),
        ["hexadecimal entities"] = s => string.Concat(s.Select(c => $"&#x{(int)c:x};")),
        ["JSON escapes"] = s => string.Concat(s.Select(c => $"\\u{(int)c:x4}")),
        ["C escapes"] = s => string.Concat(s.Select(c => $"\\x{(int)c:x2}")),
        ["octal escapes"] = s => string.Concat(s.Select(c => "\\" + Convert.ToString(c, 8).PadLeft(3, '0'))),
        ["JSON"] = s => JsonSerializer.Serialize(s),
        ["ROT13"] = s => string.Concat(s.Select(Rot13)),
        ["upper case"] = s => s.ToUpperInvariant(),
        ["spaced"] = s => string.Join(' ', s.ToCharArray()),
        ["one character a line"] = s => string.Join("\r\n", s.ToCharArray()),
        ["split by dashes"] = s => string.Join("-", s.Chunk(3).Select(c => new string(c))),
        ["joined from pieces"] = s => string.Join("\" + \"", s.Chunk(6).Select(c => new string(c))),
        ["wide characters"] = s => Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(s)),
        ["gzip"] = s => Encoding.Latin1.GetString(Gzip(s)),
        ["gzip in base64"] = s => Convert.ToBase64String(Gzip(s)),
        ["hex in base64"] = s => Base64(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(s))),
        ["reversed in base64 in percent"] = s => string.Concat(Base64(string.Concat(s.Reverse())).Select(c => $"%{(int)c:X2}")),
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static char Rot13(char c) => char.IsAsciiLetter(c) ? (char)((c & 0x60) + 1 + (((c & 0x1F) - 1 + 13) % 26)) : c;

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
