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

    public static TheoryData<string> Disguises => [.. Disguise.All.Keys];

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_live_secret_is_found_in_every_disguise_whole_and_cut_short(string disguise)
    {
        foreach (var secret in Secrets)
        {
            var core = secret.Length > 200 ? secret[200..^40] : secret;
            foreach (var leaked in (string[])[secret, core[..^7], core[^20..], core[^31..^9]])
                _scanner.HoldsLiveSecret($"# notes\nvalue = {Disguise.All[disguise](leaked)}\nthe end\n").ShouldBeTrue($"{disguise}: {leaked}");
        }
    }

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_text_with_a_disguised_secret_is_redacted_and_keeps_its_other_lines(string disguise)
    {
        foreach (var secret in Secrets)
        {
            var redacted = _scanner.Redact($"<!-- claude-bot:task x -->\nfirst\n{Disguise.All[disguise](secret)}\nlast");

            _scanner.HoldsLiveSecret(redacted).ShouldBeFalse();
            redacted.ShouldStartWith("<!-- claude-bot:task x -->\n");
            redacted.ShouldNotContain(Disguise.All[disguise](secret));
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
}
