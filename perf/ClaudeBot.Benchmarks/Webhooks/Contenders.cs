using System.Globalization;
using System.Security.Cryptography;
using ClaudeBot.Benchmarks.Measurement;
using ClaudeBot.Playground;

namespace ClaudeBot.Benchmarks.Webhooks;

/// <summary>The bot, its bare door, and the peer.</summary>
internal sealed class Contenders(WebhookPlan plan, string secret, PlaygroundHost gitHub)
{
    public const string Bot = "bot, role ingest";
    public const string Door = "bare door";
    public const string Probot = "probot";

    private const string Assembly = "ClaudeBot.Benchmarks.dll";

    private readonly string _privateKey = NewPrivateKey();

    public IReadOnlyList<Contender> All =>
    [
        new(Bot, "/webhooks/github", 202, IsDurable: true)
        {
            Command = _ => ["dotnet", Path.Combine(AppContext.BaseDirectory, "ClaudeBot.dll"), "run", "--role", "ingest"],
            Environment = BotEnvironment,
        },
        new(Door, "/webhooks/github", 202, IsDurable: true)
        {
            Command = port => ["dotnet", Path.Combine(AppContext.BaseDirectory, Assembly), "door", "--port", Text(port), "--data", "data"],
            Environment = (_, _) => Common(),
        },
        new(Probot, "/api/github/webhooks", 200, IsDurable: false)
        {
            Command = _ => ["node", Path.Combine(plan.Probot, "app.mjs")],
            Environment = ProbotEnvironment,
        },
    ];

    private Dictionary<string, string> BotEnvironment(int port, string data) => new(Common())
    {
        ["BOT_DATA_DIR"] = data,
        ["WEBHOOK_PORT"] = Text(port),
        ["METRICS_PORT"] = Text(Machine.FreePort()),
        ["TARGET_REPO"] = "acme/shop",
        ["GITHUB_TOKEN"] = "benchmark-token",
        ["GITHUB_API_URL"] = gitHub.ApiUrl.ToString(),
        ["GITHUB_SERVER_URL"] = gitHub.ServerUrl.ToString(),
        ["MAX_PENDING_DELIVERIES"] = "10000000",
        ["LOG_LEVEL"] = plan.IsVerbose ? "INFO" : "WARNING",
    };

    private Dictionary<string, string> ProbotEnvironment(int port, string data) => new(Common())
    {
        ["NODE_ENV"] = "production",
        ["HOST"] = "127.0.0.1",
        ["PORT"] = Text(port),
        ["APP_ID"] = "1",
        ["PRIVATE_KEY"] = _privateKey,
        ["WEBHOOK_SECRET"] = secret,
        ["LOG_LEVEL"] = plan.IsVerbose ? "info" : "warn",
    };

    private Dictionary<string, string> Common() => new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = plan.Scratch,
        ["DOTNET_NOLOGO"] = "1",
        ["GITHUB_WEBHOOK_SECRET"] = secret,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string NewPrivateKey()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportRSAPrivateKeyPem();
    }
}
