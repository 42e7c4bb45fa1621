using System.Net.Http.Headers;
using System.Text;
using ClaudeBot.Queue;
using ClaudeBot.Runs;
using ClaudeBot.Secrets;
using ClaudeBot.StatusWeb;
using ClaudeBot.Tests.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>A status web on a free port, with a folder of its own and virtual time.</summary>
internal sealed class StatusWebLab : IAsyncDisposable
{
    public const string Token = "status-token-for-tests";

    public static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public HeardTime Time { get; } = new(Start);

    public string Folder { get; } = Directory.CreateTempSubdirectory("claude-bot-status-").FullName;

    /// <summary>Where transcripts lie.</summary>
    public string Transcripts => Path.Combine(Folder, "transcripts");

    public HttpClient Client { get; } = new();

    /// <summary>What <c>STATUS_TOKEN</c> is now; null: not set.</summary>
    public string? CurrentToken { get; set; } = Token;

    private WebApplication? _app;

    public static async Task<StatusWebLab> StartAsync(Action<IServiceCollection>? services = null, bool readsNeedToken = false)
    {
        var lab = new StatusWebLab();
        await lab.RestartAsync(services, readsNeedToken);
        return lab;
    }

    /// <summary>A status web in the process of a bot: it has the ledger.</summary>
    public static async Task<StatusWebLab> StartAsync(LedgerUnderTest ledger, int mostListeners = 50)
    {
        var lab = new StatusWebLab();
        await lab.RestartAsync(
            services => services.AddSingleton<ITaskQueue>(ledger.Queue).AddSingleton<IRunJournal>(ledger.Journal).AddSingleton(ledger.Events).AddSingleton(ledger.Views).AddSingleton(ledger.Notices),
            mostListeners: mostListeners);
        return lab;
    }

    /// <summary>Ends the web and starts another on the same folder.</summary>
    public async Task RestartAsync(Action<IServiceCollection>? services = null, bool readsNeedToken = false, int mostListeners = 50)
    {
        if (_app is not null)
            await _app.DisposeAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new StatusWebOptions
        {
            DataDirectory = Folder,
            Token = new SecretSource("STATUS_TOKEN", () => CurrentToken, new SecretMask()),
            ReadsNeedToken = readsNeedToken,
            MostListeners = mostListeners,
            TranscriptDirectory = Transcripts,
        });
        services?.Invoke(builder.Services);
        builder.Services.AddStatusWeb();
        _app = builder.Build();
        _app.MapStatusWeb();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(_app.Urls.Single());
    }

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(Address, path), TestContext.Current.CancellationToken);

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> ReportAsync(string bot, string json, string? token = Token) => PostAsync($"/api/status/{bot}", json, token);

    /// <summary>Posts JSON as a program does.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json, string? token = Token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path)) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Stops the web as the host does, and waits for it.</summary>
    public Task StopAsync() => _app!.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
