using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using ClaudeBot.Agents;
using ClaudeBot.Gateway;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.Gateway;

/// <summary>A gateway on a free port before a scripted model service on another, with a journal in memory.</summary>
internal sealed class GatewayLab : IAsyncDisposable
{
    public const string Key = "sk-ant-the-real-key-0001";

    public static readonly RepositoryName Repository = RepositoryName.Parse("acme/shop");

    public TaskId Task { get; } = TaskId.New(new IssueReference(Repository, 42));

    public SecretMask Mask { get; } = new();

    public MemoryJournal Journal => field ??= new MemoryJournal(Time);

    public FakeLogCollector Logs { get; } = new();

    public ConcurrentQueue<Seen> Requests { get; } = [];

    public HttpClient Client { get; } = new();

    public string? KeyNow { get; set; } = Key;

    /// <summary>The text of ANTHROPIC_API_KEYS.</summary>
    public string? KeysNow { get; set; }

    public required Func<HttpContext, Task> Answer { get; set; }

    public GatewayPasses Passes { get; private set; } = null!;

    public ModelCircuit Circuit { get; private set; } = null!;

    /// <summary>The clock of the circuit, the keys, the caps and the journal.</summary>
    public FakeTimeProvider Time { get; } = new();

    private WebApplication _upstream = null!;
    private GatewayHost _gateway = null!;

    public static async Task<GatewayLab> StartAsync(Func<HttpContext, Task> answer, Func<GatewayOptions, GatewayOptions>? options = null, AgentOptions? caps = null)
    {
        var lab = new GatewayLab { Answer = answer };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        lab._upstream = builder.Build();
        lab._upstream.Run(lab.ServeAsync);
        await lab._upstream.StartAsync(TestContext.Current.CancellationToken);

        lab.Passes = new GatewayPasses(lab.Mask);
        var standard = new GatewayOptions
        {
            BaseUrl = new Uri(lab._upstream.Urls.Single()),
            ApiKey = new SecretSource("ANTHROPIC_API_KEY", () => lab.KeyNow, lab.Mask),
            ApiKeys = new SecretSource("ANTHROPIC_API_KEYS", () => lab.KeysNow, lab.Mask),
            MaxRequestBytes = 100_000,
        };
        var chosen = options?.Invoke(standard) ?? standard;
        var loggers = new LoggerFactory([new FakeLoggerProvider(lab.Logs)]);
        lab.Circuit = new ModelCircuit(chosen, lab.Time, loggers.CreateLogger<ModelCircuit>());
        lab._gateway = new GatewayHost(
            chosen, lab.Passes, lab.Circuit, lab.Journal, new DailyCaps(lab.Journal, caps ?? new AgentOptions(), lab.Time, loggers.CreateLogger<DailyCaps>()), lab.Time, loggers);
        await lab._gateway.StartAsync(TestContext.Current.CancellationToken);
        return lab;
    }

    public Task<GatewayPass> PassAsync(decimal? budgetUsd = null) =>
        Passes.IssueAsync(Task, Repository, budgetUsd, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> CallAsync(GatewayPass pass, Action<HttpRequestHeaders>? headers = null, string path = "/v1/messages?beta=true", string body = "{}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(pass.Address, path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-api-key", pass.Token);
        headers?.Invoke(request.Headers);
        return Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Whether a worker would get a task now, when there is one.</summary>
    public async Task<bool> MayStartAsync()
    {
        var asked = false;
        await Circuit.GuardAsync(
            _ =>
            {
                asked = true;
                return System.Threading.Tasks.Task.FromResult<TaskLease?>(null);
            },
            TestContext.Current.CancellationToken);
        return asked;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _gateway.StopAsync(new CancellationToken(true));
        await _gateway.DisposeAsync();
        await _upstream.StopAsync(new CancellationToken(true));
        await _upstream.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Requests.Enqueue(new Seen(
            context.Request.Method + " " + context.Request.Path + context.Request.QueryString,
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted)));
        await Answer(context);
    }

    public sealed record Seen(string Line, IReadOnlyDictionary<string, string> Headers, string Body);

    public sealed record Charge(TaskId Task, RepositoryName Repository, TokenUsage Usage, decimal Usd);
}
