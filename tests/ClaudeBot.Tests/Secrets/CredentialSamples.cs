using System.Globalization;
using System.Text;
using static ClaudeBot.Tests.Secrets.Drawn;

namespace ClaudeBot.Tests.Secrets;

/// <summary>
/// Made-up credentials of each family, put together here so that no scanner trips on this file. The formats are those that the issuers document
/// and that the rules of gitleaks and secretlint carry samples of.
/// </summary>
internal static class CredentialSamples
{
    private static readonly string[] Places =
    [
        "const token = \"{0}\";", "export TOKEN={0}", "token: {0}", "{0}", "Use `{0}` to sign in.", "{{\"auth\": \"{0}\"}}", "curl -H 'X-Auth: {0}' https://api.test/", "+{0}\n-old",
    ];

    /// <summary>The family, and a line of text that holds one of its credentials.</summary>
    public static IEnumerable<(string Family, string Text)> All(int seed)
    {
        foreach (var (family, make) in Families)
        {
            for (var place = 0; place < Places.Length; place++)
                yield return (family, string.Format(CultureInfo.InvariantCulture, Places[place], make(new Drawn(HashCode(family) + (seed * Places.Length) + place))));
        }

        foreach (var (family, make) in Lines)
        {
            for (var i = 0; i < Places.Length; i++)
                yield return (family, make(new Drawn(HashCode(family) + (seed * Places.Length) + i)));
        }
    }

    private static (string, Func<Drawn, string>)[] Families =>
    [
        ("GitHub", d => "gh" + "p_" + d.Of(Alphanumeric, 36)),
        ("GitHub", d => "gh" + "o_" + d.Of(Alphanumeric, 36)),
        ("GitHub", d => "gh" + "s_" + d.Of(Alphanumeric, 36)),
        ("GitHub", d => "gh" + "r_" + d.Of(Alphanumeric, 36)),
        ("GitHub", d => "github" + "_pat_" + d.Of(Alphanumeric, 22) + "_" + d.Of(Alphanumeric, 59)),
        ("GitLab", d => "gl" + "pat-" + d.Of(Word, 20)),
        ("Anthropic", d => "sk-" + "ant-api03-" + d.Of(Word, 93) + "AA"),
        ("Anthropic", d => "sk-" + "ant-admin01-" + d.Of(Word, 93) + "AA"),
        ("Anthropic", d => "sk-" + "ant-oat01-" + d.Of(Word, 93) + "AA"),
        ("OpenAI", d => "sk-" + d.Of(Alphanumeric, 20) + "T3Blbk" + "FJ" + d.Of(Alphanumeric, 20)),
        ("OpenAI", d => "sk-" + "proj-" + d.Of(Word, 74) + "T3Blbk" + "FJ" + d.Of(Word, 74)),
        ("AWS", d => "AK" + "IA" + d.Of(Base32, 16)),
        ("AWS", d => "AS" + "IA" + d.Of(Base32, 16)),
        ("Google", d => "AI" + "za" + d.Of(Word, 34) + "x"),
        ("Google", d => "GOC" + "SPX-" + d.Of(Alphanumeric, 28)),
        ("Azure", d => d.Of(Alphanumeric, 3) + "8Q" + "~" + d.Of(Alphanumeric, 34)),
        ("Slack", d => "xo" + "xb-" + d.Of(Digits, 12) + "-" + d.Of(Digits, 12) + "-" + d.Of(Alphanumeric, 24)),
        ("Slack", d => "xo" + "xp-" + d.Of(Digits, 11) + "-" + d.Of(Digits, 11) + "-" + d.Of(Digits, 13) + "-" + d.Of(Hex, 32)),
        ("Slack", d => "xa" + "pp-1-A" + d.Of(Upper, 10) + "-" + d.Of(Digits, 13) + "-" + d.Of(Hex, 64)),
        ("Slack", d => "https://hooks.sl" + "ack.com/services/T" + d.Of(Upper, 10) + "/B" + d.Of(Upper, 10) + "/" + d.Of(Alphanumeric, 24)),
        ("Stripe", d => "sk" + "_live_" + d.Of(Alphanumeric, 40)),
        ("Stripe", d => "rk" + "_prod_" + d.Of(Alphanumeric, 40)),
        ("npm", d => "np" + "m_" + d.Of(Alphanumeric, 36)),
        ("PyPI", d => "py" + "pi-AgEIcHlwaS5vcmc" + d.Of(Word, 80)),
        ("NuGet", d => "oy" + "2" + d.Of(Lower, 43)),
        ("RubyGems", d => "ruby" + "gems_" + d.Of(Hex, 48)),
        ("Docker", d => "dck" + "r_pat_" + d.Of(Alphanumeric, 27)),
        ("Hugging Face", d => "h" + "f_" + d.Of(Letters, 34)),
        ("SendGrid", d => "S" + "G." + d.Of(Alphanumeric, 22) + "." + d.Of(Alphanumeric, 43)),
        ("Twilio", d => "S" + "K" + d.Of(Hex, 32)),
        ("DigitalOcean", d => "do" + "p_v1_" + d.Of(Hex, 64)),
        ("Databricks", d => "da" + "pi" + d.Of(Hex, 32)),
        ("Shopify", d => "shp" + "at_" + d.Of(Hex, 32)),
        ("Grafana", d => "gl" + "sa_" + d.Of(Alphanumeric, 32) + "_" + d.Of(Hex, 8)),
        ("Vault", d => "hv" + "s." + d.Of(Word, 95)),
        ("Linear", d => "lin" + "_api_" + d.Of(Alphanumeric, 40)),
        ("New Relic", d => "NR" + "AK-" + d.Of(Upper, 27)),
        ("Postman", d => "PM" + "AK-" + d.Of(Hex, 24) + "-" + d.Of(Hex, 34)),
        ("age", d => "AGE-SECRET" + "-KEY-1" + d.Of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
        ("JSON web token", d => Jwt(d)),
    ];

    private static (string, Func<Drawn, string>)[] Lines =>
    [
        ("AWS secret", d => "aws_secret" + "_access_key = " + d.Of(Base64, 40)),
        ("Azure storage", d => "DefaultEndpointsProtocol=https;AccountName=shop;Account" + "Key=" + d.Of(Base64, 86) + "==;EndpointSuffix=core.windows.net"),
        ("private key", d => Pem("RSA PRIVATE", d)),
        ("private key", d => Pem("OPENSSH PRIVATE", d)),
        ("private key", d => Pem("PRIVATE", d)),
        ("private key in JSON", d => "{\"private_key\": \"" + Pem("PRIVATE", d).Replace("\n", "\\n", StringComparison.Ordinal) + "\"}"),
        ("address", d => "DATABASE_URL=postgres" + "://shop:" + d.Of(Alphanumeric, 24) + "@db.shop.test:5432/shop"),
        ("bearer", d => "Author" + "ization: Bearer " + d.Of(Alphanumeric, 40)),
        ("assignment", d => "api_" + "key = \"" + d.Of(Alphanumeric, 32) + "\""),
        ("assignment", d => "\"clientSec" + "ret\": \"" + d.Of(Word, 40) + "\","),
        ("assignment", d => "ACCESS_TOK" + "EN=" + d.Of(Alphanumeric, 40)),
        ("assignment", d => "  passw" + "ord: " + d.Of(Alphanumeric, 24)),
        ("assignment", d => "const pass" + "word = '" + d.Of(Alphanumeric + "!@#$%", 24) + "';"),
    ];

    /// <summary>What is written every day and only looks a little like a credential.</summary>
    public static IReadOnlyList<string> Harmless =>
    [
        "const token = process.env.GITHUB_TOKEN;",
        "export SECRETS='/tmp/app-e2e-T7Y4Cp/secrets'",
        "  secret: /run/secrets/Api-Key.2024-11/Value",
        "password: './fixtures/Login-7Qx2/answers.json'",
        "api_key = os.environ[\"SERVICE_API_KEY_2024\"]",
        "password: ${{ secrets.DB_PASSWORD_V2 }}",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-ant-api03-YOUR-KEY-HERE",
        "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "\"PublicKeyToken\": \"b77a5c561934e089\"",
        "<add assembly=\"System, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089\" />",
        "\"integrity\": \"sha512-" + new Drawn(1).Of(Base64, 86) + "==\"",
        "commit 7f3c9a1e5b2d4f6a8c0e1d3b5f7a9c2e4d6b8f0a",
        "-----BEGIN CERTIFICATE-----\n" + new Drawn(2).Of(Base64, 64) + "\n-----END CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----\n" + new Drawn(3).Of(Base64, 64) + "\n-----END PUBLIC KEY-----",
        "The header is `-----BEGIN RSA PRIVATE KEY-----`.",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "postgres://user:password@localhost/db",
        "https://user:changeme1234@example.com/",
        "tokenType: \"urn:ietf:params:oauth:token-type:access_token\"",
        "secret_key_base: <%= ENV[\"SECRET_KEY_BASE\"] %>",
        "cancellationToken: TestContext.Current.CancellationToken",
        "Authorization: Bearer <token>",
        "Authorization: Bearer ${TOKEN_FROM_STEP_2}",
        "passwordHint: 'at least 12 characters'",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "sk-learn-pipeline-with-a-very-long-name-indeed",
        "new Guid(\"3f2504e0-4f89-11d3-9a0c-0305e82c3301\")",
        "npm_config_registry_of_the_build_machine",
        "const key = 'user-settings-page-2';",
        "xoxb-your-bot-token",
        Url("{\"alg\":\"HS256\"}") + "." + Url("{\"sub\":\"1234567890\",\"name\":\"John Doe\"}") + "." + new Drawn(4).Of(Word, 43),
        "access_token: '2YotnFZFEjr1zCsicMWpAA'",
        "if (token === SyntaxKind.OpenParenToken2) return;",
    ];

    private static string Jwt(Drawn d) =>
        Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + Url($"{{\"sub\":\"{d.Of(Digits, 10)}\",\"name\":\"{d.Of(Letters, 12)}\",\"iss\":\"https://id.shop.test\",\"exp\":1816239022}}") + "." + d.Of(Word, 43);

    private static string Url(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Pem(string kind, Drawn d) =>
        $"-----BEGIN {kind} KEY-----\n{string.Join('\n', Enumerable.Range(0, 12).Select(_ => d.Of(Base64, 64)))}\n-----END {kind} KEY-----";

    private static int HashCode(string text) => text.Aggregate(17, (hash, c) => (hash * 31) + c) & 0xFFFF;
}
