using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace ClaudeBot.Webhooks;

/// <summary>
/// GitHub's signature of a delivery: <c>X-Hub-Signature-256: sha256=</c> and the HMAC-SHA256 of the raw body in hex
/// ("Validating webhook deliveries").
/// </summary>
internal static class DeliverySignature
{
    private const string Prefix = "sha256=";

    /// <summary>The header's value for a body.</summary>
    public static string Of(ReadOnlySpan<byte> body, string secret) => Prefix + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>
    /// True when the header is one well-formed signature of the body under one of the secrets. All secrets are always
    /// tried, in constant time, whatever the header looks like.
    /// </summary>
    public static bool IsValid(StringValues header, ReadOnlySpan<byte> body, IReadOnlyList<string> secrets)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isWellFormed = TryRead(header, given);
        var isMatch = false;
        foreach (var secret in secrets)
        {
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body, expected);
            isMatch |= CryptographicOperations.FixedTimeEquals(expected, given);
        }

        return isWellFormed && isMatch;
    }

    private static bool TryRead(StringValues header, Span<byte> signature) =>
        header.Count == 1
        && header[0] is { } value
        && value.Length == Prefix.Length + (2 * signature.Length)
        && value.StartsWith(Prefix, StringComparison.Ordinal)
        && Convert.FromHexString(value.AsSpan(Prefix.Length), signature, out _, out _) == System.Buffers.OperationStatus.Done;
}
