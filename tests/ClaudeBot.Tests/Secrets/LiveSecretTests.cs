using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ClaudeBot.Secrets;

namespace ClaudeBot.Tests.Secrets;

/// <summary>The service's own secrets are known exactly: no disguise gets them out.</summary>
public sealed class LiveSecretTests
{
    private static readonly string[] Secrets =
    [
        "gh" + "p_" + new Drawn(11).Of(Drawn.Alphanumeric, 36),
        "sk-" + "ant-api03-" + new Drawn(12).Of(Drawn.Word, 93) + "AA",
        new Drawn(13).Of(Drawn.Hex, 40),
        "Webhook-" + new Drawn(14).Of(Drawn.Word, 24),
        $"-----BEGIN RSA PRIVATE KEY-----\n{string.Join('\n', Enumerable.Range(15, 20).Select(seed => new Drawn(seed).Of(Drawn.Base64, 64)))}\n-----END RSA PRIVATE KEY-----",
    ];

    private readonly SecretMask _mask = new();
    private readonly SecretScanner _scanner;

    public LiveSecretTests()
    {
        foreach (var secret in Secrets)
            _mask.Register(secret);
        _scanner = new SecretScanner(_mask);
    }

    public static TheoryData<string> Disguises => [.. Disguise.Keys];

    private static Dictionary<string, Func<string, string>> Disguise { get; } = new()
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

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_live_secret_is_found_in_every_disguise_whole_and_cut_short(string disguise)
    {
        foreach (var secret in Secrets)
        {
            var core = secret.Length > 200 ? secret[200..^40] : secret;
            foreach (var leaked in (string[])[secret, core[..^7], core[^20..], core[^31..^9]])
                _scanner.HoldsLiveSecret($"# notes\nvalue = {Disguise[disguise](leaked)}\nthe end\n").ShouldBeTrue($"{disguise}: {leaked}");
        }
    }

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_text_with_a_disguised_secret_is_redacted_and_keeps_its_other_lines(string disguise)
    {
        foreach (var secret in Secrets)
        {
            var redacted = _scanner.Redact($"<!-- claude-bot:task x -->\nfirst\n{Disguise[disguise](secret)}\nlast");

            _scanner.HoldsLiveSecret(redacted).ShouldBeFalse();
            redacted.ShouldStartWith("<!-- claude-bot:task x -->\n");
            redacted.ShouldNotContain(Disguise[disguise](secret));
        }
    }

    [Fact]
    public void Twelve_characters_give_a_secret_away_and_its_public_beginning_does_not()
    {
        _scanner.HoldsLiveSecret(Secrets[0][10..22]).ShouldBeTrue();
        _scanner.HoldsLiveSecret(Secrets[0][10..21]).ShouldBeFalse();
        _scanner.HoldsLiveSecret("set it to sk-" + "ant-api03-…, or to gh" + "p_…").ShouldBeFalse();
        _scanner.HoldsLiveSecret("-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----").ShouldBeFalse();
    }

    [Fact]
    public void A_short_secret_counts_as_a_whole()
    {
        var mask = new SecretMask();
        mask.Register("q7Zp-4kW");

        new SecretScanner(mask).HoldsLiveSecret("it is q7Zp-4kW.").ShouldBeTrue();
        new SecretScanner(mask).HoldsLiveSecret("it is q7Zp-4k.").ShouldBeFalse();
    }

    [Fact]
    public void A_secret_that_is_registered_later_is_found_too()
    {
        var later = new Drawn(77).Of(Drawn.Alphanumeric, 30);
        _scanner.HoldsLiveSecret(later).ShouldBeFalse();

        _mask.Register(later);

        _scanner.HoldsLiveSecret(later).ShouldBeTrue();
    }

    [Theory]
    [InlineData("A")]
    [InlineData("4f ")]
    [InlineData("%41")]
    [InlineData("&#65;")]
    [InlineData("QUFBQUFBQUFBQUFB")]
    [InlineData("65, ")]
    [InlineData("\\u0041 ")]
    [Trait("Length", "Long")]
    public void A_megabyte_of_what_might_be_encoded_is_looked_through(string unit) =>
        _scanner.HoldsLiveSecret(string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length))).ShouldBeFalse();

    [Fact]
    public void An_ordinary_text_is_not_changed()
    {
        const string text = "The total was rounded twice. I removed the second rounding in `cart.js` and added a test.\n\n| a | b |\n| --- | --- |\n";
        _scanner.Redact(text).ShouldBe(text);
    }

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
