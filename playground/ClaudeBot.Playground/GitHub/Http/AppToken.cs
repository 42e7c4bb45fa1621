using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ClaudeBot.Playground.GitHub.State;

namespace ClaudeBot.Playground.GitHub.Http;

/// <summary>
/// Reads the JWT by which a GitHub App signs in: RS256, its issuer the App's id, issued in the past, ending within ten
/// minutes. https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
/// </summary>
internal static class AppToken
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Whose token it is; null when it is none, or no good one.</summary>
    public static GitHubApp? Read(string token, IReadOnlyList<GitHubApp> apps, DateTimeOffset now)
    {
        if (token.Split('.') is not [var header, var claims, var signature])
        {
            return null;
        }

        try
        {
            if (Member(header, "alg").GetString() != "RS256")
            {
                return null;
            }

            var issuer = Member(claims, "iss").ToString();
            var app = apps.FirstOrDefault(app => app.Id.ToString(CultureInfo.InvariantCulture) == issuer);
            var issuedAt = DateTimeOffset.FromUnixTimeSeconds(Member(claims, "iat").GetInt64());
            var expiresAt = DateTimeOffset.FromUnixTimeSeconds(Member(claims, "exp").GetInt64());
            return app is not null
                && issuedAt <= now && expiresAt > now && expiresAt <= now + Longest
                && app.Signed(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature))
                    ? app
                    : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement Member(string part, string name) => JsonElement.Parse(Base64Url.DecodeFromChars(part)).GetProperty(name);
}
