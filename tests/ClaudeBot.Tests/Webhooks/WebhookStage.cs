using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using ClaudeBot.GitHub;
using ClaudeBot.Ledger;
using ClaudeBot.Queue;
using ClaudeBot.Secrets;
using ClaudeBot.Tests.GitHub;
using ClaudeBot.Triggers;
using ClaudeBot.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace ClaudeBot.Tests.Webhooks;

/// <summary>The door on a real server over the real ledger.</summary>
internal sealed class WebhookStage : IAsyncDisposable
{
    public const string Secret = "It's a Secret to Everybody";

    private readonly string _folder = Directory.CreateTempSubdirectory("claude-bot-webhooks-").FullName;
    private readonly ScriptedGitHub _github;
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    private WebhookStage(ScriptedGitHub github) => _github = github;

    public string? Current { get; set; } = Secret;
    public string? Next { get; set; }
    public FakeLogCollector Logs { get; } = new();
    public IServiceProvider Services => _app.Services;
    public IInbox Inbox => _app.Services.GetRequiredService<IInbox>();
    public TriggerProcessor Processor => _app.Services.GetRequiredService<TriggerProcessor>();
    public Uri Address => new($"{_app.Urls.First()}/webhooks/github");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string DatabasePath => Path.Combine(_folder, "ledger.db");

    public static async Task<WebhookStage> OpenAsync(Func<LedgerOptions, LedgerOptions>? adjust = null, long? largestBacklog = null)
    {
        var stage = new WebhookStage(await ScriptedGitHub.StartAsync());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new FakeLoggerProvider(stage.Logs));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var mask = new SecretMask();
        var ledger = new LedgerOptions { DataDirectory = stage._folder };
        builder.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(adjust?.Invoke(ledger) ?? ledger)
            .AddSingleton(new TriggerOptions { Repositories = [RepositoryName.Parse("Codertocat/Hello-World")] })
            .AddSingleton<GitHubClient>(stage._github.Client())
            .AddSingleton<QueueSignal>()
            .AddSingleton(new WebhookOptions
            {
                Secret = new SecretSource("GITHUB_WEBHOOK_SECRET", () => stage.Current, mask),
                NextSecret = new SecretSource("GITHUB_WEBHOOK_SECRET_NEXT", () => stage.Next, mask),
                LargestBacklog = largestBacklog ?? 8 * WebhookOptions.LargestBody,
            })
            .AddLedger()
            .AddTriggers()
            .AddWebhooks();
        stage._app = builder.Build();
        stage._app.MapWebhooks();
        await stage._app.StartAsync(Token);
        return stage;
    }

    public static string Sign(byte[] body, string secret = Secret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body));

    /// <summary>A delivery as GitHub sends it.</summary>
    public HttpRequestMessage Delivery(string body, string eventName = "issues", string? id = null)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", eventName);
        request.Headers.Add("X-GitHub-Delivery", id ?? Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", Sign(bytes));
        return request;
    }

    public async Task<(int Status, string Body, HttpResponseMessage Response)> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            var response = await _http.SendAsync(request, Token);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Token), response);
        }
    }

    /// <summary>Takes the ledger away, as a full or lost disk would.</summary>
    public async Task LoseLedgerAsync() => await _app.Services.GetRequiredService<ClaudeBot.Ledger.Sqlite.SqliteLedger>().DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _github.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
