using System.Net.Http.Headers;
using System.Text;
using ClaudeBot.Secrets;
using ClaudeBot.StatusWeb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ClaudeBot.Tests.StatusWeb;

/// <summary>A status web on a free port, with a folder of its own and virtual time.</summary>
internal sealed class StatusWebLab : IAsyncDisposable
{
    public const string Token = "status-token-for-tests";

    public static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    public FakeTimeProvider Time { get; } = new(Start);

    public string Folder { get; } = Directory.CreateTempSubdirectory("claude-bot-status-").FullName;

    public HttpClient Client { get; } = new();

    private WebApplication? _app;

    public static async Task<StatusWebLab> StartAsync(Action<IServiceCollection>? services = null, bool readsNeedToken = false)
    {
        var lab = new StatusWebLab();
        await lab.RestartAsync(services, readsNeedToken);
        return lab;
    }

    /// <summary>Ends the web and starts another on the same folder.</summary>
    public async Task RestartAsync(Action<IServiceCollection>? services = null, bool readsNeedToken = false)
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
            Token = new SecretSource("STATUS_TOKEN", () => Token, new SecretMask()),
            ReadsNeedToken = readsNeedToken,
        });
        services?.Invoke(builder.Services);
        builder.Services.AddStatusWeb();
        _app = builder.Build();
        _app.MapStatusWeb();
        await _app.StartAsync(TestContext.Current.CancellationToken);
        Address = new Uri(_app.Urls.Single());
    }

    public Uri Address { get; private set; } = null!;

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(Address, path), TestContext.Current.CancellationToken);

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await GetAsync(path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> ReportAsync(string bot, string json, string? token = Token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, $"/api/status/{bot}")) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
