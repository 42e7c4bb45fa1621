using System.Security.Cryptography;
using System.Text;

namespace ClaudeBot.Playground.Claude;

internal static class Credential
{
    private const string Bearer = "Bearer ";

    public static string? Presented(HttpRequest request) =>
        request.Headers["x-api-key"].FirstOrDefault()
        ?? (request.Headers.Authorization.FirstOrDefault() is { } value && value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? value[Bearer.Length..]
            : null);

    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
