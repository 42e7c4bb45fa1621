using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Webhooks;
using Microsoft.Extensions.Primitives;

namespace ClaudeBot.Tests.Webhooks;

public sealed class DeliverySignatureFuzzTests
{
    private const int Runs = 200_000;
    private const int Seed = 20260304;
    private const string Old = "the old secret";
    private const string New = "the new secret";

    private static readonly byte[] Body = """{"action":"labeled"}"""u8.ToArray();

    public static TheoryData<string, string[]> NotSignatures => new()
    {
        { "no header", [] },
        { "an empty header", [""] },
        { "the prefix alone", ["sha256="] },
        { "one digit short", [Sign(Old)[..^1]] },
        { "one byte short", [Sign(Old)[..^2]] },
        { "one digit long", [Sign(Old) + "0"] },
        { "one byte long", [Sign(Old) + "00"] },
        { "not hex", [Sign(Old)[..^1] + "g"] },
        { "hex of full width digits", ["sha256=" + new string('\uff10', 64)] },
        { "no prefix", [Sign(Old)["sha256=".Length..]] },
        { "the prefix in upper case", ["SHA256=" + Sign(Old)["sha256=".Length..]] },
        { "another algorithm's prefix", ["sha512=" + Sign(Old)["sha256=".Length..]] },
        { "SHA-1 as GitHub's old header has it", ["sha1=" + Sha1(Old)] },
        { "SHA-1 under the new prefix", ["sha256=" + Sha1(Old)] },
        { "a space before", [" " + Sign(Old)] },
        { "a line end after", [Sign(Old) + "\n"] },
        { "a null character after", [Sign(Old) + "\0"] },
        { "the right one twice", [Sign(Old), Sign(Old)] },
        { "the right one after a wrong one", ["sha256=" + new string('0', 64), Sign(Old)] },
        { "two in one header", [Sign(Old) + "," + Sign(New)] },
        { "all zero", ["sha256=" + new string('0', 64)] },
        { "under another secret", [Sign("no secret of ours")] },
        { "under the empty secret", [Sign("")] },
        { "of another body", ["sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Old), "{}"u8))] },
    };

    [Theory]
    [MemberData(nameof(NotSignatures))]
    public void What_is_no_signature_is_refused(string what, string[] header) =>
        DeliverySignature.IsValid(header, Body, [Old, New]).ShouldBeFalse(what);

    [Theory]
    [InlineData(Old)]
    [InlineData(New)]
    public void Either_secret_is_good_while_they_are_rotated(string secret)
    {
        DeliverySignature.IsValid(Sign(secret), Body, [Old, New]).ShouldBeTrue();
        DeliverySignature.IsValid(Sign(secret).ToUpperInvariant().Replace("SHA256", "sha256", StringComparison.Ordinal), Body, [Old, New]).ShouldBeTrue("hex digits mean the same in either case");
        DeliverySignature.IsValid(Sign(secret), Body, []).ShouldBeFalse("no secret is no permission");
    }

    [Fact]
    [Trait("Length", "Long")]
    public void No_mutation_of_headers_and_bodies_is_accepted_unless_it_is_a_signature()
    {
        var random = new Random(Seed);
        var accepted = 0;
        for (var run = 0; run < Runs; run++)
        {
            var secrets = (string[])(random.Next(4) switch { 0 => [Old], 1 => [New], 2 => [], _ => [Old, New] });
            var body = random.Next(2) == 0 ? Body : Mutations.Of(Body, random);
            var signed = Sign(random.Next(2) == 0 ? Old : New, random.Next(3) == 0 ? Body : body);
            var header = Header(signed, random);

            var verdict = DeliverySignature.IsValid(header, body, secrets);

            verdict.ShouldBe(Expected(header, body, secrets), $"seed {Seed}, run {run}: '{header}'");
            accepted += verdict ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}: {Runs} runs, {accepted} accepted");
        accepted.ShouldBeInRange(Runs / 20, Runs / 2, "both answers must be met often");
    }

    // In other words than the product's: text is compared, and nothing is decoded.
    private static bool Expected(StringValues header, byte[] body, string[] secrets) =>
        header.Count == 1 && secrets.Any(secret => Sign(secret, body) is var right
            && header[0]?.Length == right.Length && header[0]![..7] == right[..7] && string.Equals(header[0], right, StringComparison.OrdinalIgnoreCase));

    private static StringValues Header(string signed, Random random) => random.Next(6) switch
    {
        0 or 1 => signed,
        2 => new[] { signed, signed },
        3 => signed.ToUpperInvariant(),
        4 => "sha256=" + signed["sha256=".Length..].ToUpperInvariant(),
        _ => Encoding.Latin1.GetString(Mutations.Of(Encoding.Latin1.GetBytes(signed), random)),
    };

    private static string Sign(string secret, byte[]? body = null) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body ?? Body));

#pragma warning disable CA5350 // SHA-1 is what the test shows to be refused.
    private static string Sha1(string secret) => Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Body));
#pragma warning restore CA5350
}
