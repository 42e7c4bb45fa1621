using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.Playground.Demo;

namespace ClaudeBot.EndToEndTests.Durability;

/// <summary>The built executable as a child process that takes deliveries, on a data folder that outlives it.</summary>
internal sealed class IngestBot(Uri gitHub, string dataDirectory) : IAsyncDisposable
{
    private const string Secret = "It's a Secret to Everybody";

    private readonly HttpClient _http = new();
    private BotProcess? _process;
    private BotPorts _ports = new(null, null, null);

    /// <summary>Settings beside those that every run needs.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["GITHUB_TOKEN"] = "ghp_of-the-tests",
        ["GITHUB_WEBHOOK_SECRET"] = Secret,
        ["TARGET_REPO"] = IssueDesk.Repository,
        ["ANTHROPIC_API_KEY"] = "sk-of-the-tests",
        ["AGENT"] = "api",
        ["ISSUE_CHECK_INTERVAL"] = "24h",
        ["WEBHOOK_PORT"] = "0",
        ["METRICS_PORT"] = "0",
        ["DISK_FLOOR_MB"] = "0",
        ["MAX_WAITING_TASKS"] = "1000000",
        ["MAX_PENDING_DELIVERIES"] = "1000000",
        ["LOG_LEVEL"] = "WARNING",
    };

    public ConcurrentQueue<string> Lines { get; } = [];

    public int ProcessId => _ports.Pid;

    public Uri MetricsAddress => new($"http://127.0.0.1:{_ports.MetricsPort}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="role">As <c>run --role</c> takes it.</param>
    /// <param name="under">A program, with its arguments, that starts the bot.</param>
    public async Task StartAsync(string role = "ingest", params string[] under)
    {
        File.Delete(Path.Combine(Directory.CreateDirectory(Path.Combine(dataDirectory, "tmp")).FullName, "ports.json"));
        _ports = new(null, null, null);
        Settings["GITHUB_API_URL"] = gitHub.ToString();
        _process = BotProcess.Start(BotOnTown.Program, dataDirectory, Settings, Lines.Enqueue, ["run", "--role", role], under);
        _ports = await _process.WhenListeningAsync(TimeProvider.System, Token);
    }

    public async Task KillAsync()
    {
        await _process!.KillAsync(_ports, Token);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Delivers "issue N was labelled" under a name of its own; the answer, or null when the bot was not there to give one.</summary>
    public async Task<HttpResponseMessage?> DeliverAsync(int issue, int padding = 0)
    {
        var body = Encoding.UTF8.GetBytes(
            $$"""{"action":"labeled","label":{"name":"claude-bot"},"issue":{"number":{{issue}}},"repository":{"full_name":"{{IssueDesk.Repository}}"},"sender":{"id":7,"login":"ada","type":"User"},"padding":"{{new string('x', padding)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{_ports.WebhookPort}/webhooks/github") { Content = new ByteArrayContent(body) };
        request.Headers.Add("X-GitHub-Delivery", Name(issue));
        request.Headers.Add("X-GitHub-Event", "issues");
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body)));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            return await _http.SendAsync(request, Token);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public static string Name(int issue) => $"delivery-{issue}";

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        _http.Dispose();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', Lines.TakeLast(200)));
    }
}
