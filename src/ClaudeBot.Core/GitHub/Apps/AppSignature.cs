using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClaudeBot.Secrets;

namespace ClaudeBot.GitHub.Apps;

/// <summary>
/// Signs in as the App itself, by a JWT under its private key: RS256, issued a minute in the past against a clock that
/// goes ahead, valid for no more than ten minutes ("Generating a JSON Web Token (JWT) for a GitHub App").
/// </summary>
internal sealed class AppSignature(string appId, SecretSource privateKey, TimeProvider time) : GitHubCredential
{
    private static readonly TimeSpan IssuedAgo = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan UsedFor = TimeSpan.FromMinutes(8);

    private readonly ShortLivedTokens _tokens = new(privateKey.Mask);
    private volatile Signed? _last;

    private sealed record Signed(string Token, string Key, DateTimeOffset At);

    public override string Name => privateKey.Name;

    public override SecretMask Mask => privateKey.Mask;

    public override ValueTask<string?> TokenAsync(RepositoryName? repository, CancellationToken cancellationToken)
    {
        if (privateKey.Current() is not { } key)
            return ValueTask.FromResult<string?>(null);

        var now = time.GetUtcNow();
        var last = _last;
        if (last is null || last.Key != key || now - last.At >= UsedFor || now < last.At)
        {
            last = new Signed(Sign(key, now), key, now);
            _tokens.Add(last.Token);
            _last = last;
        }

        return ValueTask.FromResult<string?>(last.Token);
    }

    private string Sign(string key, DateTimeOffset now)
    {
        var header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);
        var claims = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iat = (now - IssuedAgo).ToUnixTimeSeconds(),
            exp = (now + ValidFor).ToUnixTimeSeconds(),
            iss = appId,
        }));
        try
        {
            using var rsa = RSA.Create();
            // In one line of an .env file the ends of the key's lines are written out.
            rsa.ImportFromPem(key.Replace("\\n", "\n", StringComparison.Ordinal));
            var signature = rsa.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
        }
        catch (Exception fault) when (fault is ArgumentException or CryptographicException)
        {
            throw new GitHubException(
                GitHubFaultKind.Unauthorized,
                $"{Name} is no RSA private key in PEM form: download one on the GitHub App's page under \"Private keys\" and name its file by {Name}_FILE.",
                null,
                null);
        }
    }
}
